"""The stand-in WHMCS without HTTP and without a clock: a call goes in, a scene comes out."""

from dataclasses import dataclass, field
from typing import Final

from app.sandbox import php
from app.sandbox.answers import Answer, RefusedError, json_reply, xml_reply
from app.sandbox.commands import COMMANDS, known_name
from app.sandbox.faults import Fault, FaultBook
from app.sandbox.ledger import Call, Ledger
from app.sandbox.requests import Request
from app.sandbox.scenes import Cue, Execute, Scene
from app.sandbox.setup import Setup
from app.sandbox.staging import plainly

_SECRETS: Final = frozenset({"identifier", "secret", "username", "password", "accesskey", "password2", "eppcode"})


@dataclass(frozen=True, slots=True)
class SandboxWhmcs:
    """WHMCS as a caller sees it. Times are seconds on whatever clock the caller keeps."""

    ledger: Ledger = field(default_factory=Ledger)
    faults: FaultBook = field(default_factory=FaultBook)
    setup: Setup = field(default_factory=Setup)

    def respond(self, params: php.PhpArray, *, remote: str, now: float) -> Scene:
        """What happens to a call with ``params`` (see ``php.read_form``) that came from ``remote`` at ``now``.

        Nothing has changed yet when this returns, except that the call is noted and its fault is used up.
        """
        action = known_name(php.to_text(params.get("action")))
        fault = self.faults.choose(action)
        call = self._note(params, action, remote, now, fault)
        cue = self._cue(call, params, fault)
        return fault.kind.stage(cue) if fault else plainly(cue)

    def _note(self, params: php.PhpArray, action: str, remote: str, now: float, fault: Fault | None) -> Call:
        shown = {name: value for name, value in params.items() if name.lower() not in _SECRETS}
        number = self.ledger.calls[-1].id + 1 if self.ledger.calls else 1
        call = Call(number, now, action, remote, shown, fault.mode if fault else "")
        self.ledger.calls.append(call)
        return call

    def _cue(self, call: Call, params: php.PhpArray, fault: Fault | None) -> Cue:
        wants_json = php.to_text(params.get("responsetype")).lower() == "json"
        return Cue(
            execute=self._execution(call, params),
            render=json_reply if wants_json else xml_reply,
            action=call.action,
            remote=call.remote,
            seconds=fault.wait if fault else 0,
            commit_seconds=fault.commit_wait if fault else 0,
            message=fault.message if fault else "",
        )

    def _execution(self, call: Call, params: php.PhpArray) -> Execute:
        def execute(now: float) -> Answer:
            answer = self._answer(call, params, now)
            call.outcome = answer.outcome
            return answer

        return execute

    def _answer(self, call: Call, params: php.PhpArray, now: float) -> Answer:
        try:
            self._admit(call, params)
            fields = COMMANDS[call.action](Request(self.ledger, self.setup, params, now))
        except RefusedError as refusal:
            return refusal.answer
        return Answer({"result": "success", **fields})

    def _admit(self, call: Call, params: php.PhpArray) -> None:
        """Address, credentials, action and role, in this order."""
        if not self._is_allowed_from(call.remote, params):
            raise RefusedError(f"Invalid IP {call.remote}", 403)
        if not self._has_credentials(params):
            raise RefusedError("Invalid or missing credentials", 403)
        if not call.action:
            raise RefusedError("Empty action request", 400)
        allowed = self.setup.allowed_actions
        if call.action not in COMMANDS or (allowed is not None and call.action not in allowed):
            # A name that does not exist is told the same, so a slip of the pen looks like a missing right.
            # https://github.com/drosendo/whmcs-custom-apis/issues/2
            message = f'Invalid Permissions: API action "{call.action.lower()}" is not allowed'
            raise RefusedError(message, 403)

    def _is_allowed_from(self, remote: str, params: php.PhpArray) -> bool:
        """The access key stands in for an address on the list.

        https://developers.whmcs.com/api/access-control/
        """
        key = self.setup.access_key
        has_key = key is not None and params.get("accesskey") == key
        return self.setup.allowed_ips is None or remote in self.setup.allowed_ips or has_key

    def _has_credentials(self, params: php.PhpArray) -> bool:
        """The pair may travel under either pair of names. https://developers.whmcs.com/api/authentication/"""
        wanted = (self.setup.identifier, self.setup.secret)
        pairs = (("identifier", "secret"), ("username", "password"))
        return any((params.get(name), params.get(secret)) == wanted for name, secret in pairs)
