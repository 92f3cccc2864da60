// The gateway's address is in .env; the site's name in sites.toml is {{ site.key }}.
export const action = `${process.env.NEXT_PUBLIC_GATEWAY_URL}/v1/{{ site.key }}/signup`;

// In the order of the form. The gateway names its errors by the same names.
export const fields = [
{% for field in fields %}
  {{ field|record|safe }},
{% endfor %}
];
