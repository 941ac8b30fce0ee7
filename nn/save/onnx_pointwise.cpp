// The counterparts of operations on numbers, which go over arrays element by element here and there.

#include <map>
#include <nn/save/onnx_export.hpp>
#include <numbers>

namespace seegrad::nn::detail {
namespace {

using E = onnx_export;
using name = std::string;

auto one(E& e, std::string_view onnx) -> name { return e.put(onnx, {e.in(0)}); }
auto two(E& e, std::string_view onnx) -> name { return e.put(onnx, {e.in(0), e.in(1)}); }
auto times(E& e, const name& a, double b) -> name { return e.put("Mul", {a, e.number(b)}); }
auto with_sign(E& e, const name& size) -> name { return e.put("Mul", {e.put("Sign", {e.in(0)}), size}); }
auto is_positive(E& e) -> name { return e.put("Greater", {e.in(0), e.number(0)}); }

// Comparisons give truth values; what is compared is in the type of the arrays among the operands.
auto compared_type(E& e) -> dtype {
  bool is_single = false, is_double = false;
  for (int i = 0; i < e.count(); ++i)
    if (const auto x = e.value(i); !x.is_number()) (x.type() == float32 ? is_single : is_double) = true;
  return is_single && !is_double ? float32 : float64;
}
auto asked(E& e, std::string_view onnx) -> name { return e.put(onnx, {e.in(0, compared_type(e))}); }
auto compared(E& e, std::string_view onnx) -> name { return e.put(onnx, {e.in(0, compared_type(e)), e.in(1, compared_type(e))}); }
auto joined_truth(E& e, std::string_view onnx) -> name { return e.put(onnx, {e.in(0, boolean), e.in(1, boolean)}); }

auto leaky_relu(E& e) -> name {
  // Attributes are float32.
  if (const auto slope = e.constant(1); slope && e.type() == float32) return e.put("LeakyRelu", {e.in(0)}, {{"alpha", *slope}});
  return e.put("Where", {is_positive(e), e.in(0), e.put("Mul", {e.in(1), e.in(0)})});
}
auto elu(E& e) -> name {
  if (const auto slope = e.constant(1); slope && e.type() == float32) return e.put("Elu", {e.in(0)}, {{"alpha", *slope}});
  const auto below = e.put("Sub", {e.put("Exp", {e.in(0)}), e.number(1)});
  return e.put("Where", {is_positive(e), e.in(0), e.put("Mul", {e.in(1), below})});
}
auto clamp(E& e) -> name {
  const auto low = e.constant(1), high = e.constant(2);
  if (low && high && *low <= *high) return e.put("Clip", {e.in(0), e.number(*low), e.number(*high)});
  return e.put("Min", {e.put("Max", {e.in(0), e.in(1)}), e.in(2)});
}
auto softplus_of(E& e, const name& x) -> name { return e.put("Softplus", {x}); }
auto error_function(E& e, double scale) -> name { return e.put("Erf", {times(e, e.in(0), scale)}); }

// clang-format off
const std::map<std::string_view, counterpart> table = {
    {"add", [](E& e) { return two(e, "Add"); }},
    {"sub", [](E& e) { return two(e, "Sub"); }},
    {"mul", [](E& e) { return two(e, "Mul"); }},
    {"strong_mul", [](E& e) {
      const auto is_zero = [&](int slot) { return e.put("Equal", {e.in(slot), e.number(0)}); };
      return e.put("Where", {e.put("Or", {is_zero(0), is_zero(1)}), e.number(0), two(e, "Mul")});
    }},
    {"div", [](E& e) { return two(e, "Div"); }},
    {"pow", [](E& e) { return two(e, "Pow"); }},
    {"min", [](E& e) { return two(e, "Min"); }},
    {"max", [](E& e) { return two(e, "Max"); }},
    {"neg", [](E& e) { return one(e, "Neg"); }},
    {"abs", [](E& e) { return one(e, "Abs"); }},
    {"sign", [](E& e) { return one(e, "Sign"); }},
    {"floor", [](E& e) { return one(e, "Floor"); }},
    {"stop_gradient", [](E& e) { return one(e, "Identity"); }},
    {"ceil", [](E& e) { return one(e, "Ceil"); }},
    {"exp", [](E& e) { return one(e, "Exp"); }},
    {"log", [](E& e) { return one(e, "Log"); }},
    {"sqrt", [](E& e) { return one(e, "Sqrt"); }},
    {"erf", [](E& e) { return one(e, "Erf"); }},
    {"sin", [](E& e) { return one(e, "Sin"); }},
    {"cos", [](E& e) { return one(e, "Cos"); }},
    {"tan", [](E& e) { return one(e, "Tan"); }},
    {"asin", [](E& e) { return one(e, "Asin"); }},
    {"acos", [](E& e) { return one(e, "Acos"); }},
    {"atan", [](E& e) { return one(e, "Atan"); }},
    {"sinh", [](E& e) { return one(e, "Sinh"); }},
    {"cosh", [](E& e) { return one(e, "Cosh"); }},
    {"tanh", [](E& e) { return one(e, "Tanh"); }},
    {"asinh", [](E& e) { return one(e, "Asinh"); }},
    {"acosh", [](E& e) { return one(e, "Acosh"); }},
    {"atanh", [](E& e) { return one(e, "Atanh"); }},
    {"sigmoid", [](E& e) { return one(e, "Sigmoid"); }},
    {"relu", [](E& e) { return one(e, "Relu"); }},
    {"softplus", [](E& e) { return one(e, "Softplus"); }},
    {"softsign", [](E& e) { return one(e, "Softsign"); }},
    {"leaky_relu", leaky_relu},
    {"elu", elu},
    {"clamp", clamp},
    {"square", [](E& e) { return e.put("Mul", {e.in(0), e.in(0)}); }},
    {"fma", [](E& e) { return e.put("Add", {e.put("Mul", {e.in(0), e.in(1)}), e.in(2)}); }},
    {"exp2", [](E& e) { return e.put("Pow", {e.number(2), e.in(0)}); }},
    {"expm1", [](E& e) { return e.put("Sub", {e.put("Exp", {e.in(0)}), e.number(1)}); }},
    {"log2", [](E& e) { return times(e, e.put("Log", {e.in(0)}), std::numbers::log2e); }},
    {"log10", [](E& e) { return times(e, e.put("Log", {e.in(0)}), std::numbers::log10e); }},
    {"log1p", [](E& e) { return e.put("Log", {e.put("Add", {e.in(0), e.number(1)})}); }},
    {"cbrt", [](E& e) { return with_sign(e, e.put("Pow", {e.put("Abs", {e.in(0)}), e.number(1.0 / 3)})); }},
    {"hypot", [](E& e) {
      const auto a = e.put("Mul", {e.in(0), e.in(0)}), b = e.put("Mul", {e.in(1), e.in(1)});
      return e.put("Sqrt", {e.put("Add", {a, b})});
    }},
    {"logaddexp", [](E& e) {
      const auto apart = e.put("Neg", {e.put("Abs", {e.put("Sub", {e.in(0), e.in(1)})})});
      return e.put("Add", {e.put("Max", {e.in(0), e.in(1)}), softplus_of(e, apart)});
    }},
    {"erfc", [](E& e) { return e.put("Sub", {e.number(1), e.put("Erf", {e.in(0)})}); }},
    // Halves away from 0; ONNX's Round takes them to the even number.
    {"round", [](E& e) {
      return with_sign(e, e.put("Floor", {e.put("Add", {e.put("Abs", {e.in(0)}), e.number(0.5)})}));
    }},
    {"trunc", [](E& e) { return with_sign(e, e.put("Floor", {e.put("Abs", {e.in(0)})})); }},
    {"fmod", [](E& e) { return e.put("Mod", {e.in(0), e.in(1)}, {{"fmod", index_t{1}}}); }},
    {"step", [](E& e) { return e.put("Cast", {is_positive(e)}, {{"to", onnx_type(e.type())}}); }},
    {"less", [](E& e) { return compared(e, "Less"); }},
    {"less_equal", [](E& e) { return compared(e, "LessOrEqual"); }},
    {"greater", [](E& e) { return compared(e, "Greater"); }},
    {"greater_equal", [](E& e) { return compared(e, "GreaterOrEqual"); }},
    {"equal", [](E& e) { return compared(e, "Equal"); }},
    {"not_equal", [](E& e) { return e.put("Not", {compared(e, "Equal")}); }},
    {"logical_and", [](E& e) { return joined_truth(e, "And"); }},
    {"logical_or", [](E& e) { return joined_truth(e, "Or"); }},
    {"logical_xor", [](E& e) { return joined_truth(e, "Xor"); }},
    {"logical_not", [](E& e) { return e.put("Not", {e.in(0, boolean)}); }},
    {"isnan", [](E& e) { return asked(e, "IsNaN"); }},
    {"isinf", [](E& e) { return asked(e, "IsInf"); }},
    {"isfinite", [](E& e) { return e.put("Not", {e.put("Or", {asked(e, "IsNaN"), asked(e, "IsInf")})}); }},
    {"select", [](E& e) { return e.put("Where", {e.in(0, boolean), e.in(1), e.in(2)}); }},
    {"log_sigmoid", [](E& e) { return e.put("Neg", {softplus_of(e, e.put("Neg", {e.in(0)}))}); }},
    {"silu", [](E& e) { return e.put("Mul", {e.in(0), e.put("Sigmoid", {e.in(0)})}); }},
    {"mish", [](E& e) { return e.put("Mul", {e.in(0), e.put("Tanh", {softplus_of(e, e.in(0))})}); }},
    {"gelu", [](E& e) {
      const auto part = e.put("Add", {error_function(e, 1 / std::numbers::sqrt2), e.number(1)});
      return e.put("Mul", {times(e, e.in(0), 0.5), part});
    }},
};
// clang-format on

}  // namespace

auto pointwise_counterpart(const operation& op) -> counterpart {
  if (find_operation(op.name) != &op) return nullptr;  // a user's own may have the name of one of ours
  const auto it = table.find(op.name);
  return it == table.end() ? nullptr : it->second;
}

}  // namespace seegrad::nn::detail
