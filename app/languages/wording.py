"""The texts that belong to no field and no error: what is said of a sign-up, and what a form's script says."""

from dataclasses import dataclass

from app.languages.marking import mark


@dataclass(frozen=True, slots=True)
class Wording:
    """A heading and the sentence below it."""

    title: str
    sentence: str


ANSWERS = {
    "created": Wording(
        mark("You are signed up"),
        mark("Your account is ready. We have sent you an email with the next steps."),
    ),
    "accepted": Wording(
        mark("Thank you"),
        mark("We have your sign-up. You will get an email from us as soon as your account is ready."),
    ),
    "account_ready": Wording(
        mark("Your account is ready"),
        mark("We are still completing your order, and will write to you as soon as that is done."),
    ),
}
# By the names that signup.js has for them; it speaks English by itself where it could not ask.
SCRIPT = {
    "sending": mark("Sending…"),
    "interrupted": mark("The connection is interrupted. We keep trying."),
    "offline": mark("You are offline. Your form is sent as soon as you are back."),
    "lost": mark("We could not reach the server. Your answers are still here: please try again."),
    "problem": mark("There is a problem"),
    "reference": mark("Your reference is"),
}
# Of the hosted form, what the law or the house may want to be worded otherwise.
FORM = {
    "form.title": mark("Create your account"),
    "form.button": mark("Create my account"),
}
