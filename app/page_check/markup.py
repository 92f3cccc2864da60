"""HTML -> the forms of a page, with their controls and labels, and what else on it decides about a sign-up.

Forms are found as browsers find them: once one is open, all controls up to its end tag are its own, whatever stands
between, and a form inside it does not count. https://html.spec.whatwg.org/multipage/parsing.html#the-form-element-pointer
"""

from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser

_PLAIN = ("textarea", "title")
# By class, or by tag for the last. The words are those of the providers' settings.
_WIDGETS = {"cf-turnstile": "turnstile", "h-captcha": "hcaptcha", "g-recaptcha": "recaptcha", "altcha-widget": "altcha"}


@dataclass(slots=True)
class Element:
    """A start tag."""

    tag: str
    attrs: dict[str, str]
    line: int

    def get(self, name: str) -> str:
        """The attribute without blanks around it; "" when it is not there."""
        return self.attrs.get(name, "").strip()


@dataclass(slots=True)
class Label:
    """A label, and what is written in it."""

    target: str
    text: str = ""


@dataclass(slots=True)
class Control:
    """An input, a list of choices, a text area or a button. ``options`` are the values of a list."""

    element: Element
    around: Label | None
    options: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """As it is sent."""
        return self.element.attrs.get("name", "")

    @property
    def type(self) -> str:
        """What kind of control it is, in one word."""
        element = self.element
        if element.tag in ("select", "textarea"):
            return element.tag
        return element.get("type").lower() or ("submit" if element.tag == "button" else "text")

    @property
    def sent(self) -> bool:
        """Whether it can send an answer: it is no button, and not disabled."""
        return self.type not in ("submit", "button", "reset", "image") and "disabled" not in self.element.attrs


@dataclass(slots=True)
class Widget:
    """A challenge, and whose it is."""

    provider: str
    element: Element


@dataclass(slots=True)
class Form:
    """A form and all that belongs to it; ``inner`` are forms inside it, which browsers pass over."""

    element: Element
    controls: list[Control] = field(default_factory=list)
    widgets: list[Widget] = field(default_factory=list)
    inner: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """What a page has. ``ids`` are those of all elements, ``named`` those that a label with words in it names."""

    forms: list[Form] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    metas: list[Element] = field(default_factory=list)
    scripts: list[Element] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    base: str = ""
    strays: list[Control] = field(default_factory=list)
    named: set[str] = field(default_factory=set)

    def labelled(self, control: Control) -> bool:
        """Whether somebody who does not see the page is told what the control is for."""
        get = control.element.get
        wrapped = control.around is not None and control.around.text != "" and not control.around.target
        pointed = any(name in self.ids for name in get("aria-labelledby").split())
        return bool(get("aria-label")) or pointed or wrapped or get("id") in self.named


def read_page(html: str) -> Page:
    """The page; of what is too broken to be read, the part before it."""
    reader = _Reader()
    with suppress(AssertionError):  # how the standard library's parser ends on some broken declarations
        # The last sign makes the parser hand out text at the end. Its close() would look for the end of every tag that
        # has none, in time that grows with the square of the page.
        reader.feed(f"{html}<")
    page = reader.page
    page.named = {label.target for label in page.labels if label.text and label.target}
    _adopt(page)
    return page


def _adopt(page: Page) -> None:
    """Give controls that stand outside to the form whose id they name."""
    by_id = {name: form for form in page.forms if (name := form.element.get("id"))}
    for control in page.strays:
        if form := by_id.get(control.element.get("form")):
            form.controls.append(control)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._form: Form | None = None
        self._label: Label | None = None
        self._select: Control | None = None
        self._untold = False  # whether the last option's value is its text
        self._plain = ""  # the open element that holds nothing but text
        self._inert = 0  # templates around this place

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inert += tag == "template"
        if self._inert or self._plain:
            return
        # Of an attribute that is there twice, browsers take the first.
        element = Element(tag, {name: value or "" for name, value in reversed(attrs)}, self.getpos()[0])
        self._plain = tag if tag in _PLAIN else ""
        self.page.ids.add(element.get("id"))
        self._keep(element)
        self._keep_widget(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A slash at the end of a tag means nothing in HTML."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._inert -= tag == "template" and self._inert > 0
        if self._inert:
            return
        if tag == self._plain:
            self._plain = ""
        elif tag == "form":
            self._form = None
        elif tag == "label":
            self._label = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._inert or self._plain:
            return
        if self._select and self._untold:
            self._select.options[-1] += data.strip()
        elif self._label and not self._select:
            self._label.text += data.strip()

    def _keep(self, element: Element) -> None:
        match element.tag:
            case "form":
                self._open(element)
            case "label":
                self._label = Label(element.get("for"))
                self.page.labels.append(self._label)
            case "input" | "select" | "textarea" | "button":
                self._control(Control(element, self._label))
            case "option" if self._select:
                self._select.options.append(element.get("value"))
                self._untold = "value" not in element.attrs
            case "img" if self._label:
                self._label.text += element.get("alt")
            case "meta":
                self.page.metas.append(element)
            case "script":
                self.page.scripts.append(element)
            case "base":
                self.page.base = self.page.base or element.get("href")

    def _open(self, element: Element) -> None:
        if self._form:
            self._form.inner.append(element)
            return
        self._form = Form(element)
        self.page.forms.append(self._form)

    def _control(self, control: Control) -> None:
        if control.type == "select":
            self._select, self._untold = control, False
        if "form" in control.element.attrs or self._form is None:
            self.page.strays.append(control)
        else:
            self._form.controls.append(control)

    def _keep_widget(self, element: Element) -> None:
        kinds = [kind for name, kind in _WIDGETS.items() if name in (element.tag, *element.get("class").split())]
        if kinds and self._form:
            self._form.widgets.append(Widget(kinds[0], element))
