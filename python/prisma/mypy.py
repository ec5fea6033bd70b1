"""A plugin for mypy: a list of related records that `include` asks for is there, so its type is not `Optional`.

    [mypy]
    plugins = prisma.mypy

    [prisma-mypy]
    warn_parsing_errors = True

Without it the generated types are exact too, but for that `Optional`.
"""

import re
from configparser import ConfigParser
from typing import Any, Callable, Dict, Optional, Type as TypingType

from mypy.errorcodes import ErrorCode
from mypy.nodes import CallExpr, DictExpr, Expression, RefExpr, StrExpr, SymbolTable, SymbolTableNode, TypeInfo, Var
from mypy.options import Options
from mypy.plugin import MethodContext, Plugin, ReportConfigContext
from mypy.types import Instance, NoneType, Type, UnionType, get_proper_type

CONFIGFILE_KEY = 'prisma-mypy'
CLIENT_ACTION_CHILD = re.compile(r'(?:.+\.)?actions\.\w+Actions\.(?P<name>\w+)$')
ERROR_PARSING = ErrorCode('prisma-parsing', 'The argument `include` can not be read', 'Prisma')
ACTIONS = (
    'create',
    'create_many_and_return',
    'find_unique',
    'find_unique_or_raise',
    'delete',
    'find_first',
    'find_first_or_raise',
    'find_many',
    'iterate',
    'update',
    'update_many_and_return',
    'upsert',
)
# What an action may give its records in: the last argument of each is what is looked into.
_WRAPPERS = {
    'typing.Coroutine',
    'typing.Awaitable',
    'typing.AsyncIterator',
    'typing.Iterator',
    'builtins.list',
}


def plugin(version: str) -> TypingType[Plugin]:
    """The entry that mypy calls."""
    return PrismaPlugin


class PrismaPluginConfig:
    """`[prisma-mypy]` of mypy's configuration file."""

    warn_parsing_errors: bool = True

    def __init__(self, options: Options) -> None:
        if options.config_file is not None:
            parser = ConfigParser()
            parser.read(options.config_file)
            self.warn_parsing_errors = parser.getboolean(CONFIGFILE_KEY, 'warn_parsing_errors', fallback=True)


class UnparsedExpression(Exception):
    """The value of an expression is known only when the program runs."""

    def __init__(self, context: Expression) -> None:
        self.context = context
        super().__init__(f'Tried to access a ({type(context).__name__}) expression that was not parsed.')


class PrismaPlugin(Plugin):
    def __init__(self, options: Options) -> None:
        self.config = PrismaPluginConfig(options)
        super().__init__(options)

    def report_config_data(self, ctx: ReportConfigContext) -> Any:
        """What is to be checked anew when it changes."""
        return {'warn_parsing_errors': self.config.warn_parsing_errors}

    def get_method_hook(self, fullname: str) -> Optional[Callable[[MethodContext], Type]]:
        found = CLIENT_ACTION_CHILD.match(fullname)
        return self.handle_action_invocation if found and found['name'] in ACTIONS else None

    def handle_action_invocation(self, ctx: MethodContext) -> Type:
        expression = _argument('include', ctx)
        if expression is None:
            return ctx.default_return_type
        try:
            include = _read(expression)
            return _with_records(ctx.default_return_type, include) if include else ctx.default_return_type
        except UnparsedExpression as error:
            if self.config.warn_parsing_errors:
                ctx.api.fail(
                    'The prisma mypy plugin was unable to parse: the "include" argument, so lists of related records are '
                    'Optional. Write it as a dict where it is used, or set warn_parsing_errors = False in [prisma-mypy]',
                    error.context,
                    code=ERROR_PARSING,
                )
            return ctx.default_return_type


def _argument(name: str, ctx: MethodContext) -> Optional[Expression]:
    for position, formal in enumerate(ctx.callee_arg_names):
        if formal == name and ctx.args[position]:
            return ctx.args[position][0]
    return None


def _read(expression: Expression) -> Any:
    """The value of an expression: True, False, None, a text, or a dict of such."""
    if isinstance(expression, StrExpr):
        return expression.value
    if isinstance(expression, RefExpr):
        constants = {'builtins.True': True, 'builtins.False': False, 'builtins.None': None}
        if expression.fullname in constants:
            return constants[expression.fullname]
        if isinstance(expression.node, Var) and expression.node.is_final and expression.node.final_value is not None:
            return expression.node.final_value
    if isinstance(expression, DictExpr):
        return {_key(key, value): _lazily(value) for key, value in expression.items}
    if isinstance(expression, CallExpr) and _makes_dict(expression.callee):
        values: Dict[Any, Any] = {}
        for name, value in zip(expression.arg_names, expression.args):
            if name is None:
                raise UnparsedExpression(value)
            values[name] = _lazily(value)
        return values
    raise UnparsedExpression(expression)


def _key(key: Optional[Expression], value: Expression) -> Any:
    if key is None:  # `**others`
        raise UnparsedExpression(value)
    return _read(key)


def _lazily(expression: Expression) -> Any:
    """The value, or the fault that is in it: filters and orders beside it need not be read."""
    try:
        return _read(expression)
    except UnparsedExpression as error:
        return error


def _makes_dict(callee: Expression) -> bool:
    if not isinstance(callee, RefExpr):
        return False
    is_typed = isinstance(callee.node, TypeInfo) and callee.node.typeddict_type is not None
    return callee.fullname == 'builtins.dict' or is_typed


def _with_records(type_: Type, include: Any) -> Type:
    """The type of a result whose records have the relations of `include`."""
    proper = get_proper_type(type_)
    if isinstance(proper, UnionType):
        return UnionType([_with_records(item, include) for item in proper.items], proper.line, proper.column)
    if not isinstance(proper, Instance):
        return type_
    if proper.type.fullname in _WRAPPERS:
        return proper.copy_modified(args=[*proper.args[:-1], _with_records(proper.args[-1], include)])
    return _narrowed(proper, include)


def _narrowed(model: Instance, include: Any) -> Instance:
    if isinstance(include, UnparsedExpression):
        raise include
    names = SymbolTable()
    for name, value in include.items() if isinstance(include, dict) else ():
        node = model.type.get(name)
        if node is not None and value is not False and value is not None:
            changed = _included(node, value)
            if changed is not None:
                names[name] = changed
    if not names:
        return model
    # A class that is derived from the model's and goes by its name: what else the model has comes from there.
    info = TypeInfo(names, model.type.defn, model.type.module_name)
    info.mro = [info, *model.type.mro]
    info.bases = [model]
    info.metaclass_type = model.type.metaclass_type
    return Instance(info, model.args, model.line, model.column)


def _included(node: SymbolTableNode, value: Any) -> Optional[SymbolTableNode]:
    """A field of a relation, when `include` has `value` for it; None if that changes nothing."""
    if isinstance(value, UnparsedExpression):
        raise value
    type_ = get_proper_type(node.node.type) if isinstance(node.node, Var) else None
    if not isinstance(type_, UnionType):
        return None
    others = [item for item in map(get_proper_type, type_.items) if not isinstance(item, NoneType)]
    if len(others) != 1 or not isinstance(others[0], Instance):
        return None
    is_list = others[0].type.fullname == 'builtins.list'
    inner = value.get('include') if isinstance(value, dict) else None
    found = _with_records(others[0], inner) if inner else others[0]
    # A single record may be missing in the database as well.
    changed = found if is_list else UnionType([found, NoneType()])
    assert isinstance(node.node, Var)
    field = Var(node.node.name, changed)
    field._fullname = node.node.fullname
    field.info = node.node.info
    field.is_initialized_in_class = node.node.is_initialized_in_class
    return SymbolTableNode(node.kind, field)
