"""What the functions of compiled templates call. Each function does what Django's nodes do, but the usual case is fast.

Whatever is unusual is left to Django: something that is called, an attribute with an error, a value that is no text.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template import Context
from django.template.base import Variable, VariableDoesNotExist, render_value_in_context
from django.templatetags.i18n import BlockTranslateNode
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import gettext

# Their items have numbers, so looking one up by name would only raise an error.
ITEMS_BY_NUMBER = (str.__getitem__, tuple.__getitem__, list.__getitem__)
REQUIRED = object()  # in place of a missing argument of a filter, which is an error


@cache
def has_items_by_name(kind: Any) -> bool:
    return getattr(kind, "__getitem__", None) not in (None, *ITEMS_BY_NUMBER)


def look_up(context: Context, first: str, rest: Sequence[str], variable: Variable, otherwise: Any) -> Any:
    """Return the value of the variable with these names, or `otherwise` if there is none."""
    for values in reversed(context.dicts):
        if first in values:
            value = values[first]
            break
    else:
        return otherwise if otherwise is not REQUIRED else variable.resolve(context)
    for name in rest:
        if callable(value):
            break
        kind = type(value)
        try:
            value = value[name] if has_items_by_name(kind) else getattr(value, name)  # type: ignore[arg-type]
        except (TypeError, AttributeError, KeyError, ValueError, IndexError):
            if otherwise is not REQUIRED and not (hasattr(value, name) or hasattr(kind, name) or name.isdecimal()):
                return otherwise
            return look_up_slowly(context, variable, otherwise)
        except Exception as error:
            if not getattr(error, "silent_variable_failure", False):
                raise
            return look_up_slowly(context, variable, otherwise)
    return look_up_slowly(context, variable, otherwise) if callable(value) else value


def look_up_slowly(context: Context, variable: Variable, otherwise: Any) -> Any:
    try:
        return variable.resolve(context)
    except VariableDoesNotExist:
        if otherwise is REQUIRED:
            raise
        return otherwise


def render_value(context: Context, value: Any) -> Any:
    """Return the value as `VariableNode` does."""
    kind = type(value)
    if kind is SafeString:
        return value
    if kind is str or kind is UUID:
        return escape(str(value))
    if kind is int and not settings.USE_THOUSAND_SEPARATOR:
        return str(value)
    return render_value_in_context(value, context)


def render_output(value: Any) -> Any:
    """Return what a tag has returned, as `SimpleNode` does."""
    kind = type(value)
    if kind is SafeString:
        return value
    return escape(value) if kind is str else conditional_escape(value)


def keep_safe(function: Callable[..., Any], value: Any, *arguments: Any) -> Any:
    """Apply a filter that returns safe text for safe text."""
    result = function(value, *arguments)
    return mark_safe(result) if isinstance(value, SafeData) else result  # noqa: S308


def or_false(evaluate: Callable[[], Any], errors: type[Exception] = Exception) -> Any:
    """Return the value of a condition, or False if there is an error: Django shows none of `{% if %}`."""
    try:
        return evaluate()
    except errors:
        return False


def list_values(values: Any) -> Sequence[Any]:
    """Return what a loop goes through: nothing for None, and a list for what has no length."""
    if values is None:
        return ()
    return values if hasattr(values, "__len__") else list(values)


def unpack(names: Sequence[str], item: Any) -> Mapping[str, Any]:
    values = tuple(item) if isinstance(item, Iterable) else (item,)
    if len(values) != len(names):
        raise ValueError(f"Need {len(names)} values to unpack in for loop; got {len(values)}.")
    return dict(zip(names, values, strict=True))


def count_loop(loop: dict[str, Any], index: int, length: int) -> None:
    loop["counter0"] = index
    loop["counter"] = index + 1
    loop["revcounter"] = length - index
    loop["revcounter0"] = length - index - 1
    loop["first"] = index == 0
    loop["last"] = index == length - 1


def translate_block(context: Context, node: BlockTranslateNode, message: str, values: Mapping[str, str]) -> str:
    """Return the translation of the message with the values, or what Django does with a translation that is wrong."""
    try:
        return gettext(message) % values
    except (KeyError, ValueError):
        return node.render(context)
