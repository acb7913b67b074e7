from rule_engine import _DataType

class ExpressionBase:
    result_type: _DataType
    def evaluate(self, thing: object) -> object: ...

class Statement:
    expression: ExpressionBase

class LiteralExpressionBase(ExpressionBase):
    value: object

class ArrayExpression(LiteralExpressionBase): ...
class BooleanExpression(LiteralExpressionBase): ...
class DatetimeExpression(LiteralExpressionBase): ...
class FloatExpression(LiteralExpressionBase): ...
class StringExpression(LiteralExpressionBase): ...

class SymbolExpression(ExpressionBase):
    name: str

class BinaryExpressionBase(ExpressionBase):
    type: str
    left: ExpressionBase
    right: ExpressionBase

class AddExpression(BinaryExpressionBase): ...
class SubtractExpression(BinaryExpressionBase): ...
class ArithmeticExpression(BinaryExpressionBase): ...
class LogicExpression(BinaryExpressionBase): ...
class ComparisonExpression(BinaryExpressionBase): ...
class ArithmeticComparisonExpression(ComparisonExpression): ...

class ContainsExpression(ExpressionBase):
    container: ExpressionBase
    member: ExpressionBase

class UnaryExpression(ExpressionBase):
    type: str
    right: ExpressionBase

class TernaryExpression(ExpressionBase):
    condition: ExpressionBase
    case_true: ExpressionBase
    case_false: ExpressionBase
