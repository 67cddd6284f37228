"""The loader of the site's templates."""

from django.template import Origin, Template
from django.template.loaders import cached

from council.compiled_templates.compiler import CompiledNodeList


class Loader(cached.Loader):
    """Keep templates in the process, and compile those of pages. Those of the admin stay as Django has them."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        if not (template_name.startswith("admin/") or isinstance(template.nodelist, CompiledNodeList)):
            template.nodelist = CompiledNodeList(template)
        return template
