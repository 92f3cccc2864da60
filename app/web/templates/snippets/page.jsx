import { randomUUID } from "node:crypto";
import { connection } from "next/server";
import ServerSignupForm from "../../components/ServerSignupForm";

export default async function Page() {
  await connection(); // not built beforehand: each visitor gets a key of his own
  return (
    <main>
      <h1>Sign up</h1>
      <ServerSignupForm firstKey={randomUUID()} />
    </main>
  );
}
