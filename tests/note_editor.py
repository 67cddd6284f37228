"""What the JavaScript of the note editor does, for tests that have no browser."""

import json
from collections.abc import Callable
from typing import Any

from django.test import Client

from meetings.models import User
from tests.admin_forms import get_change_url, sign_in


def post_to_editor(client: Client, subject: Any, address: str, data: Any, **headers: str) -> Any:
    """Send one of the editor's requests. A text is sent as it is, anything else as JSON."""
    if "X-User" not in headers:
        headers["X-User"] = client.session["_auth_user_id"]  # this is a query
    return client.post(
        f"{get_change_url(subject)}{address}/",
        data if isinstance(data, str) else json.dumps(data),
        content_type="application/json",
        headers=headers,
    )


class EditorSession:
    """The note editor of one user: the document as it was loaded (`base`) and as it is typed (`document`)."""

    def __init__(self, user: str | Client, subject: Any) -> None:
        self.client = sign_in(user) if isinstance(user, str) else user
        self.user = User.objects.get(pk=self.client.session["_auth_user_id"])
        self.subject, self.address = subject, get_change_url(subject)
        page = self.client.get(self.address)
        assert page.status_code == 200, page.content
        self.page: dict[str, Any] = page.context["data"]
        self.document, self.base = (json.loads(json.dumps(self.page["document"])) for _copy in range(2))
        self.version = self.page["version"]

    def post(self, address: str, data: Any, **headers: str) -> Any:
        return post_to_editor(self.client, self.subject, address, data, **{"X-User": str(self.user.pk)} | headers)

    def save(self, **more: Any) -> Any:
        return self.post("save", {"version": self.version, "document": self.document, **more})

    def save_and_merge(self) -> Any:
        return self.save(base=self.base)

    def keep(self, **more: Any) -> Any:
        content = {"version": self.version, "base": self.base, "document": self.document, "typed": {}}
        return self.post("draft", {"tab": "one", "content": content, "part": "", "comments": "0 0"} | more)


def save_in_editor(
    user: str | Client, subject: Any, change: Callable[[dict[str, Any]], Any] = lambda document: None, **values: Any
) -> dict[str, Any]:
    """Open the note editor, set members of the document or change it in another way, and save. Return the answer."""
    session = EditorSession(user, subject)
    session.document |= values
    change(session.document)
    response = session.save()
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def read_publication(client: Client, subject: Any) -> str:
    """Return the HTML of state, next step, menu and progress that the note editor shows."""
    response = post_to_editor(client, subject, "publication", {})
    assert response.status_code == 200, response.content
    page: str = response.content.decode()
    return page
