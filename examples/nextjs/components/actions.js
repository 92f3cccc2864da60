"use server";

import { randomUUID } from "node:crypto";
import { headers } from "next/headers";
import { action } from "./site";

const LOST = { detail: "We could not reach the server. Your answers are still here: please try again." };

// Sends the visitor's answers from this server, with the relay key, which no browser ever sees.
export async function signUp(before, formData) {
  const sent = [...formData].filter(([name]) => !name.startsWith("$ACTION_"));
  const body = new URLSearchParams(sent); // all of it: an object would keep one answer of a name
  body.set("_client_ip", visitorAddress(await headers()));
  const reply = await post(body);
  const answers = Object.fromEntries(sent); // for the form, should it come back
  // Other answers need another key. What got lost keeps its key: whatever of it arrived, it is one sign-up.
  const key = reply === LOST ? answers._key : randomUUID();
  return { reply, answers, key, turn: before.turn + 1 };
}

async function post(body) {
  const authorization = `Bearer ${process.env.SIGNUP_RELAY_KEY}`;
  try {
    const response = await fetch(action, {
      method: "POST",
      body,
      headers: { Authorization: authorization, Accept: "application/json" },
      signal: AbortSignal.timeout(30_000),
    });
    return await response.json();
  } catch {
    return LOST;
  }
}

// The last address is what the proxy before this server wrote. Those before it anybody can write, and without a proxy
// the last one too: then nobody knows the visitor's address here.
function visitorAddress(sent) {
  return (sent.get("x-forwarded-for") ?? "").split(",").at(-1).trim();
}
