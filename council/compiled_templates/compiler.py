"""Compile Django's templates to Python functions, so that they take a fraction of the processor time.

Django's engine parses a template to nodes, and walks through them for each page. Here, the same nodes become one
function, in which `{% if %}` is an `if`. Adjacent texts that depend on nothing but the language, such as translations
and addresses of fixed pages, become one text for each language. Nodes that are not known here are rendered by Django.
Templates are written as ever, and give the same bytes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.template import Context, Engine, Template
from django.template.base import (
    Node,
    NodeList,
    TextNode,
    Variable,
    VariableNode,
)
from django.template.defaulttags import (
    CommentNode,
    CycleNode,
    ForNode,
    IfChangedNode,
    IfNode,
    LoadNode,
    TemplateLiteral,
    URLNode,
    WithNode,
)
from django.template.library import SimpleBlockNode, SimpleNode
from django.template.loader_tags import (
    BLOCK_CONTEXT_KEY,
    BlockNode,
    ExtendsNode,
    IncludeNode,
    construct_relative_path,
)
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from council.compiled_templates import runtime

FixedKey = tuple[str | None, str, str | None]  # the language, and the prefix and the patterns of addresses
RenderFunction = Callable[[Context, FixedKey], str]

NEED_STATE = (BlockNode, CycleNode, ExtendsNode)  # the state of a template that Django renders
SAFE_OPERATORS = ("and", "or", "not", "==", "!=", "is", "is not")  # they raise no errors


class NotCompilableError(Exception):
    """A template has something that only Django's own nodes render."""


class CompiledNodeList(NodeList):
    """The nodes of a template, which are compiled when they are first rendered."""

    def __init__(self, template: Template) -> None:
        super().__init__(template.nodelist)
        self.template = template

    @cached_property
    def function(self) -> RenderFunction | None:
        return compile_template(self.template)

    def render(self, context: Context) -> SafeString:
        # Django's ExtendsNode renders a parent with the blocks in the context, which only its own nodes respect.
        if self.function is None or not context.autoescape or BLOCK_CONTEXT_KEY in context.render_context:
            return super().render(context)
        return SafeString(self.function(context, (get_language(), get_script_prefix(), get_urlconf())))


def compile_template(template: Template) -> RenderFunction | None:
    """Return a function that renders the template, with those that it extends, or None if Django has to.

    While debugging, Django does, since its page for an error shows the line of the template.
    """
    if template.engine.debug or template.engine.string_if_invalid:
        return None
    nodes: Sequence[Any] = template.nodelist
    blocks: dict[str, BlockNode] = {}
    while extends := find_extends_node(nodes):
        if not isinstance(extends.parent_name.var, str):
            return None
        blocks = extends.blocks | blocks
        nodes = template.engine.get_template(extends.parent_name.var).nodelist
    try:
        return FunctionWriter(template.engine, blocks).compile(nodes, str(template.name))
    except NotCompilableError:
        return None


def find_extends_node(nodes: Iterable[Any]) -> Any:
    return next((node for node in nodes if isinstance(node, ExtendsNode)), None)


class FixedTexts:
    """The text of adjacent nodes that depend on nothing but the key, as it was rendered for each key."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = NodeList(nodes)
        self.texts: dict[FixedKey, str] = {}

    def __call__(self, context: Context, key: FixedKey) -> str:
        text = self.texts.get(key)
        if text is None:
            text = self.texts[key] = self.nodes.render(context)
        return text


class IncludedTemplate:
    """A template that is found when it is first included, because it may include itself."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine, self.name = engine, name

    @cached_property
    def template(self) -> Template:
        return self.engine.get_template(self.name)

    @cached_property
    def function(self) -> RenderFunction | None:
        nodes = self.template.nodelist
        return nodes.function if isinstance(nodes, CompiledNodeList) else None

    def __call__(self, context: Context, key: FixedKey) -> str:
        return self.function(context, key) if self.function else self.template.render(context)


class FunctionWriter:
    """Write the source of the function, line by line, and compile it."""

    def __init__(self, engine: Engine, blocks: Mapping[str, BlockNode]) -> None:
        self.engine, self.blocks = engine, blocks
        self.lines: list[str] = []
        self.depth = 1
        self.is_in_loop = False
        self.values: dict[str, Any] = {**vars(runtime), "reverse": reverse}
        self.writers: Mapping[type[Node], Callable[[Any], None]] = {
            VariableNode: self.write_variable,
            IfNode: self.write_if,
            ForNode: self.write_for,
            WithNode: self.write_with,
            IncludeNode: self.write_include,
            BlockNode: self.write_block,
            SimpleNode: self.write_tag,
            SimpleBlockNode: self.write_block_tag,
            URLNode: self.write_url,
            TranslateNode: self.write_translation,
            BlockTranslateNode: self.write_block_translation,
        }

    def compile(self, nodes: Iterable[Node], name: str) -> RenderFunction:
        self.write("parts = []")
        self.write("add = parts.append")
        self.write_nodes(nodes)
        self.write('return "".join(parts)')
        source = "def render(context, key):\n" + "\n".join(self.lines)
        exec(compile(source, f"<compiled template {name}>", "exec"), self.values)  # noqa: S102
        function: RenderFunction = self.values["render"]
        return function

    def write(self, line: str) -> None:
        self.lines.append("    " * self.depth + line)

    @contextmanager
    def indent(self) -> Iterator[None]:
        self.depth += 1
        yield
        self.depth -= 1

    @contextmanager
    def loop(self) -> Iterator[None]:
        was_in_loop, self.is_in_loop = self.is_in_loop, True
        yield
        self.is_in_loop = was_in_loop

    def bind(self, value: object) -> str:
        """Return a name for the value in the function."""
        name = f"value{len(self.values)}"
        self.values[name] = value
        return name

    def write_nodes(self, nodes: Iterable[Node]) -> None:
        fixed: list[Node] = []
        self.write("pass")
        for node in nodes:
            if isinstance(node, LoadNode | CommentNode):
                continue
            if is_fixed(node):
                fixed.append(node)
                continue
            self.write_fixed(fixed)
            fixed = []
            if writer := self.writers.get(type(node)):
                writer(node)
            else:
                self.write_unknown(node)
        self.write_fixed(fixed)

    def write_fixed(self, nodes: Sequence[Any]) -> None:
        if all(isinstance(node, TextNode) for node in nodes):
            text = "".join(node.s for node in nodes)
            if text:
                self.write(f"add({text!r})")
        else:
            self.write(f"add({self.bind(FixedTexts(nodes))}(context, key))")

    def write_unknown(self, node: Any) -> None:
        # In a loop, IfChangedNode has its state in the loop.
        if node.get_nodes_by_type(NEED_STATE) or (not self.is_in_loop and node.get_nodes_by_type(IfChangedNode)):
            raise NotCompilableError
        self.write(f"add({self.bind(node)}.render_annotated(context))")

    def write_variable(self, node: Any) -> None:
        self.write(f"add(render_value(context, {self.write_expression(node.filter_expression)}))")

    def write_if(self, node: Any) -> None:
        for index, (condition, nodes) in enumerate(node.conditions_nodelists):
            keyword = "elif" if index else "if"
            self.write("else:" if condition is None else f"{keyword} {self.write_test(condition)}:")
            with self.indent():
                self.write_nodes(nodes)

    def write_for(self, node: Any) -> None:
        number = len(self.lines)
        values, frame, loop = f"values{number}", f"frame{number}", f"loop{number}"
        self.write(f"{values} = list_values({self.write_expression(node.sequence, 'None')})")
        self.write(f"{frame} = {{}}")
        self.write(f"context.dicts.append({frame})")
        self.write(f"if len({values}):")
        with self.indent():
            self.write(f"{loop} = {{'parentloop': context.get('forloop', {{}})}}")
            self.write(f"{frame}['forloop'] = {loop}")
            order = f"reversed({values})" if node.is_reversed else values
            self.write(f"for index{number}, item{number} in enumerate({order}):")
            with self.indent(), self.loop():
                self.write(f"count_loop({loop}, index{number}, len({values}))")
                if len(node.loopvars) == 1:
                    self.write(f"{frame}[{node.loopvars[0]!r}] = item{number}")
                    self.write_nodes(node.nodelist_loop)
                else:
                    self.write_in_frame(f"unpack({node.loopvars!r}, item{number})", node.nodelist_loop)
        self.write("else:")
        with self.indent():
            self.write_nodes(node.nodelist_empty)
        self.write("context.dicts.pop()")

    def write_in_frame(self, values: str, nodes: Iterable[Node]) -> None:
        """Write nodes that see more values, and whose own values are forgotten after them."""
        self.write(f"context.dicts.append({values})")
        self.write_nodes(nodes)
        self.write("context.dicts.pop()")

    def write_with(self, node: Any) -> None:
        self.write_in_frame(self.write_mapping(node.extra_context), node.nodelist)

    def write_block(self, node: Any) -> None:
        self.write_in_frame("{}", self.blocks.get(node.name, node).nodelist)

    def write_include(self, node: Any) -> None:
        if not isinstance(node.template.var, str) or node.template.filters:
            self.write_unknown(node)
            return
        name = construct_relative_path(node.origin.template_name, node.template.var)
        included = self.bind(IncludedTemplate(self.engine, name))
        values = self.write_mapping(node.extra_context)
        if node.isolated_context:
            self.write(f"add({included}(context.new({values}), key))")
        else:
            self.write(f"context.dicts.append({values})")
            self.write(f"add({included}(context, key))")
            self.write("context.dicts.pop()")

    def write_tag(self, node: Any, *content: str) -> None:
        arguments = [*(["context"] if node.takes_context else []), *content]
        arguments += [self.write_expression(each) for each in node.args]
        arguments += [f"**{self.write_mapping(node.kwargs)}"] if node.kwargs else []
        output = f"{self.bind(node.func)}({', '.join(arguments)})"
        if node.target_var is None:
            self.write(f"add(render_output({output}))")
        else:
            self.write(f"context[{node.target_var!r}] = {output}")

    def write_block_tag(self, node: Any) -> None:
        number = len(self.lines)
        self.write(f"add{number}, parts{number} = add, []")
        self.write(f"add = parts{number}.append")
        self.write_nodes(node.nodelist)
        self.write(f"add = add{number}")
        self.write_tag(node, f"SafeString(''.join(parts{number}))")

    def write_url(self, node: Any) -> None:
        if node.asvar or not isinstance(node.view_name.var, str) or ":" in node.view_name.var:
            self.write_unknown(node)
            return
        arguments = ", ".join(self.write_expression(each) for each in node.args)
        path = f"reverse({node.view_name.var!r}, None, [{arguments}], {self.write_mapping(node.kwargs)})"
        self.write(f"add(escape({path}))")

    def write_translation(self, node: Any) -> None:
        text = TranslateNode(node.filter_expression, node.noop, None, node.message_context)
        if node.asvar and is_fixed(text):
            self.write(f"context[{node.asvar!r}] = SafeString({self.bind(FixedTexts([text]))}(context, key))")
        else:
            self.write_unknown(node)

    def write_block_translation(self, node: Any) -> None:
        if node.plural or node.message_context or node.asvar:
            self.write_unknown(node)
            return
        message, names = node.render_token_list(node.singular)
        extra = {name: self.write_expression(value) for name, value in node.extra_context.items()}
        items = (
            f"{name!r}: render_value(context, {extra.get(name, f'context.get({name!r}, str())')})" for name in names
        )
        values = f"{{{', '.join(items)}}}"
        self.write(f"add(translate_block(context, {self.bind(node)}, {message!r}, {values}))")

    def write_mapping(self, values: Mapping[str, Any]) -> str:
        items = (f"{name!r}: {self.write_expression(value)}" for name, value in values.items())
        return f"{{{', '.join(items)}}}"

    def write_expression(self, expression: Any, otherwise: str = "''") -> str:
        """Return the source of a value with its filters. `otherwise` is that of what a missing value is replaced by."""
        if not is_simple(expression):
            return f"{self.bind(expression)}.resolve(context, {otherwise == 'None'})"
        value = self.write_value(expression.var, otherwise)
        for function, arguments in expression.filters:
            texts = [
                self.write_value(each, "REQUIRED") if is_name else self.bind(mark_safe(each))  # noqa: S308
                for is_name, each in arguments
            ]
            applied = ", ".join([self.bind(function), value, *texts])
            is_safe = getattr(function, "is_safe", False)
            value = f"keep_safe({applied})" if is_safe else applied.replace(", ", "(", 1) + ")"
        return value

    def write_value(self, value: Any, otherwise: str) -> str:
        if not isinstance(value, Variable):
            return self.bind(value)
        if value.lookups is None:
            return self.bind(value.literal)
        first, *rest = value.lookups
        if first == "block":  # {{ block.super }}
            raise NotCompilableError
        return f"look_up(context, {first!r}, {tuple(rest)!r}, {self.bind(value)}, {otherwise})"

    def write_test(self, condition: Any) -> str:
        test = self.write_condition(condition)
        has_names = any(is_name for _function, arguments in list_filters(condition) for is_name, _value in arguments)
        return f"or_false(lambda: {test}, VariableDoesNotExist)" if has_names else test

    def write_condition(self, condition: Any) -> str:
        if type(condition) is TemplateLiteral:
            return self.write_expression(condition.value, "None")
        parts = [part for part in (condition.first, condition.second) if part is not None]
        sources = [self.write_condition(part) for part in parts]
        source = f"({sources[0]} {condition.id} {sources[1]})" if len(parts) > 1 else f"({condition.id} {sources[0]})"
        may_fail = condition.id not in SAFE_OPERATORS or any(map(list_filters, parts))
        return f"or_false(lambda: {source})" if may_fail else source


def list_filters(condition: Any) -> Any:
    """Return the filters of a condition that is a single value."""
    value: Any = getattr(condition, "value", None)
    return getattr(value, "filters", ())


def is_fixed(node: Any) -> bool:
    """Return True for a node that depends on nothing but the language and on where addresses lead."""
    kind = type(node)
    if kind is TextNode:
        return True
    if kind is TranslateNode:
        expression = node.filter_expression
        is_text = isinstance(expression.var, Variable) and expression.var.lookups is None
        return is_text and not (expression.filters or node.asvar or has_named_context(node))
    if kind is BlockTranslateNode:
        _message, names = node.render_token_list(node.singular)
        return not (names or node.plural or node.asvar or has_named_context(node))
    if kind is URLNode:
        name = node.view_name.var
        return isinstance(name, str) and ":" not in name and not (node.args or node.kwargs or node.asvar)
    return kind is StaticNode and isinstance(node.path.var, str) and not (node.path.filters or node.varname)


def has_named_context(node: Any) -> bool:
    """Return True if the context of the message is not written in the template."""
    return bool(node.message_context and isinstance(node.message_context.var, Variable))


def is_simple(expression: Any) -> bool:
    """Return True unless the value is translated, or a filter needs more than values."""
    if isinstance(expression.var, Variable) and expression.var.translate:
        return False
    special = ("expects_localtime", "needs_autoescape")
    return not any(getattr(function, name, False) for function, _arguments in expression.filters for name in special)
