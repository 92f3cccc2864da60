import Link from "next/link";

export default function Page() {
  return (
    <main>
      <h1>Acme Hosting</h1>
      <ul>
        <li>
          <Link href="/fetch">A form that the visitor’s browser sends to the gateway</Link>
        </li>
        <li>
          <Link href="/action">A form that a server action sends</Link>
        </li>
      </ul>
    </main>
  );
}
