// The gateway's address is in .env; the site's name in sites.toml is acme.
export const action = `${process.env.NEXT_PUBLIC_GATEWAY_URL}/v1/acme/signup`;

// In the order of the form. The gateway names its errors by the same names.
export const fields = [
  {"id": "signup-plan", "name": "plan", "label": "Plan", "type": "radio", "required": true, "choices": [["starter", "Starter"], ["business", "Business"]]},
  {"id": "signup-first_name", "name": "first_name", "label": "First name", "type": "text", "autoComplete": "given-name", "required": true},
  {"id": "signup-last_name", "name": "last_name", "label": "Last name", "type": "text", "autoComplete": "family-name", "required": true},
  {"id": "signup-email", "name": "email", "label": "Email address", "type": "email", "autoComplete": "email", "required": true},
  {"id": "signup-phone", "name": "phone", "label": "Phone number", "type": "tel", "autoComplete": "tel", "required": true},
  {"id": "signup-address1", "name": "address1", "label": "Street and number", "type": "text", "autoComplete": "address-line1", "required": true},
  {"id": "signup-city", "name": "city", "label": "Town or city", "type": "text", "autoComplete": "address-level2", "required": true},
  {"id": "signup-state", "name": "state", "label": "State, province or region", "type": "text", "autoComplete": "address-level1", "required": true},
  {"id": "signup-postcode", "name": "postcode", "label": "Postcode", "type": "text", "autoComplete": "postal-code", "required": true},
  {"id": "signup-country", "name": "country", "label": "Country", "type": "text", "autoComplete": "country-name", "required": true},
  {"id": "signup-terms", "name": "terms", "label": "I accept the terms", "type": "checkbox", "required": true},
];
