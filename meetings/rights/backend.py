"""Django's own questions, answered from memberships."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from meetings.rights.deciding import desk_of, held_by, holds, is_reading


class MembershipBackend(ModelBackend):
    """Signs in by password, and answers Django's questions from the same memberships."""

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return self.get_all_permissions(user_obj, obj)

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        desk = desk_of(obj)
        return {
            permission
            for held in held_by(user_obj)
            for permission in held.permissions
            if held.covers(desk) or is_reading(permission)
        }

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return holds(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions(user_obj))

    def with_perm(self, *args: Any, **options: Any) -> Any:
        raise NotImplementedError("Ask meetings.rights.who_may.")
