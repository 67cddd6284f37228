"""Operations that let Django build no models that nobody reads. It builds those of all applications anew each time."""

from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.utils.functional import SimpleLazyObject


class StateWithLazyModels:
    """The state of a migration. It builds its models when a function first reads one."""

    def __init__(self, state: ProjectState) -> None:
        self.clear_delayed_apps_cache = state.clear_delayed_apps_cache
        self.apps = SimpleLazyObject(lambda: state.apps)


class RunPython(migrations.RunPython):
    """Run functions, most of which only execute SQL, such as triggers, and read no models."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        super().database_forwards(app_label, schema_editor, StateWithLazyModels(from_state), to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        super().database_backwards(app_label, schema_editor, StateWithLazyModels(from_state), to_state)


class AlterWords(migrations.AlterField):
    """Change only what a field says (`verbose_name`, `help_text`, `choices`), and no table."""

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # the next operation that reads a model builds them, once
        super().state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        pass

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        pass


class BuildModelsOnce(Operation):
    """Do operations of the same kind: on indexes, or on one field of each of several models.

    All of them see the models before and after all: so no two may change fields of the same model.
    """

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations

    def describe(self) -> str:
        return f"{self.operations[0].describe()}, and {len(self.operations) - 1} more"

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)
