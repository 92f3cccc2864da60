import "./style.css";

export const metadata = { title: "Acme Hosting", icons: "data:," };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
