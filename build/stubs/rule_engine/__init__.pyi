import datetime
import decimal
from collections.abc import Callable, Mapping
from typing import Any

from rule_engine import ast as ast
from rule_engine import errors as errors

class _DataType: ...

class DataType:
    ARRAY: Callable[[_DataType], _DataType]
    BOOLEAN: _DataType
    DATETIME: _DataType
    FLOAT: _DataType
    STRING: _DataType

class Context:
    decimal_context: decimal.Context
    symbols: set[str]
    def __init__(
        self,
        *,
        resolver: Callable[[Any, str], object] | None = None,
        type_resolver: Mapping[str, _DataType] | None = None,
        default_timezone: str | datetime.tzinfo = "local",
        decimal_context: decimal.Context | None = None,
        mapping_attribute_lookup: bool = True,
    ) -> None: ...

class Rule:
    statement: ast.Statement
    def __init__(self, text: str, context: Context | None = None) -> None: ...
