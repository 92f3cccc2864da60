"use client";

import { useActionState } from "react";
import { signUp } from "./actions";
import { SignupDone, SignupFields, SignupProblem } from "./SignupFields";

// Sends the form to this site's own server, with or without scripts. `firstKey` must be another one for each visitor.
export default function ServerSignupForm({ firstKey }) {
  const [state, send, sending] = useActionState(signUp, { reply: null, answers: {}, key: firstKey, turn: 0 });
  if (state.reply?.ok) return <SignupDone reply={state.reply} />;
  return (
    <form action={send} aria-busy={sending}>
      <SignupProblem reply={state.reply} />
      <SignupFields key={state.turn} reply={state.reply} answers={state.answers} />
      <input key={state.key} type="hidden" name="_key" defaultValue={state.key} />
      <button>Create my account</button>
      <p role="status">{sending && "Sending…"}</p>
    </form>
  );
}
