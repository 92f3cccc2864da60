"use client";

import { useRef, useState } from "react";
import { SignupDone, SignupFields, SignupProblem } from "./SignupFields";
import { action } from "./site";

const LOST = { detail: "We could not reach the server. Your answers are still here: please try again." };

// Sends the form from the visitor's browser. Before the page's scripts run, the browser sends it by itself.
export default function SignupForm() {
  const [reply, setReply] = useState(null);
  const [sending, setSending] = useState(false);
  const key = useRef(null); // the same for the same answers, so that sending them again makes no second account

  async function send(event) {
    event.preventDefault();
    if (sending) return;
    const body = new URLSearchParams(new FormData(event.currentTarget));
    key.current ??= crypto.randomUUID();
    body.set("_key", key.current);
    setSending(true);
    setReply(await post(body));
    setSending(false);
  }

  if (reply?.ok) return <SignupDone reply={reply} />;
  return (
    <form method="post" action={action} onSubmit={send} onChange={() => (key.current = null)} aria-busy={sending}>
      <SignupProblem reply={reply} />
      <SignupFields reply={reply} />
      <button>Create my account</button>
      <p role="status">{sending && "Sending…"}</p>
    </form>
  );
}

async function post(body) {
  try {
    const response = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" } });
    return await response.json();
  } catch {
    return LOST;
  }
}
