"use client";

import { useEffect, useRef } from "react";
import { fields } from "./site";

const ids = Object.fromEntries(fields.map(({ id, name }) => [name, id]));
const OFF_SCREEN = { position: "absolute", left: "-9999px" };

// The fields of the form; each fault stands beside its field.
export function SignupFields({ reply, answers = {} }) {
  const faults = Object.fromEntries((reply?.errors ?? []).map(({ field, message }) => [field, message]));
  return (
    <>
      {fields.map((field) => (
        <Field key={field.name} {...field} value={answers[field.name] ?? field.value} fault={faults[field.name]} />
      ))}
      <div style={OFF_SCREEN} aria-hidden="true">
        <input name="_gotcha" tabIndex={-1} autoComplete="off" />
      </div>
    </>
  );
}

// What is wrong, with links to the fields. It takes the focus, so that it is read out.
export function SignupProblem({ reply }) {
  const box = useRef(null);
  useEffect(() => {
    if (reply) box.current?.focus();
  }, [reply]);
  if (!reply || reply.ok) return null;
  return (
    <div ref={box} role="alert" tabIndex={-1}>
      <h2>There is a problem</h2>
      <p>{reply.detail}</p>
      <ul>
        {(reply.errors ?? []).map(({ field, message }) => (
          <li key={field}>
            <a href={`#${ids[field]}`}>{message}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

// In place of the form, after success.
export function SignupDone({ reply }) {
  const box = useRef(null);
  useEffect(() => box.current.focus(), []);
  return (
    <div ref={box} role="status" tabIndex={-1}>
      <p>{reply.message}</p>
      <p>
        Your reference is <code>{reply.reference}</code>
      </p>
    </div>
  );
}

function Field({ id, name, label, type, autoComplete, required, optional, choices, value, fault }) {
  const note = fault && (
    <span id={`${id}-error`} className="signup-error">
      {fault}
    </span>
  );
  const shared = { name, required, "aria-invalid": fault && true, "aria-describedby": fault && `${id}-error` };
  if (type === "radio")
    return (
      <fieldset>
        <legend>{label}</legend>
        {note}
        {choices.map(([choice, text], index) => (
          <label key={choice}>
            <input {...shared} id={index ? undefined : id} type="radio" value={choice} defaultChecked={(value ?? "") === choice} />{" "}
            {text}
          </label>
        ))}
      </fieldset>
    );
  if (type === "checkbox")
    return (
      <p>
        <label>
          <input {...shared} id={id} type="checkbox" value="yes" defaultChecked={value === "yes"} /> {label}
        </label>
        {note}
      </p>
    );
  return (
    <p>
      <label htmlFor={id}>{optional ? `${label} (optional)` : label}</label>
      {type === "select" ? (
        <select {...shared} id={id} defaultValue={value}>
          <option value="">Please choose</option>
          {choices.map(([choice, text]) => (
            <option key={choice} value={choice}>
              {text}
            </option>
          ))}
        </select>
      ) : (
        <input {...shared} id={id} type={type} autoComplete={autoComplete} defaultValue={value} />
      )}
      {note}
    </p>
  );
}
