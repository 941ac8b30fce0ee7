// Products of matrices, and what is made of matrices.

#include "bind.hpp"
#include <autodiff/ops/linear_algebra/attention.hpp>
#include <autodiff/ops/linear_algebra/einsum.hpp>
#include <autodiff/ops/linear_algebra/linear.hpp>
#include <autodiff/ops/linear_algebra/linear_algebra.hpp>

namespace seegrad::python {
namespace {

auto bind_multiplication(py::module_& m) -> void {
  const auto a = py::arg("a");
  const auto b = py::arg("b");
  const auto product = [&](const char* name, auto f) {
    both(
        m, name,
        [f](const operand& x, const operand& y) { return on([&](const tensor& p, const tensor& q) { return f(p, q); }, x, y); },
        a, b);
  };
  product("matmul", [](const tensor& x, const tensor& y) { return matmul(x, y); });
  product("dot", [](const tensor& x, const tensor& y) { return dot(x, y); });
  product("outer", [](const tensor& x, const tensor& y) { return outer(x, y); });
  product("solve", [](const tensor& x, const tensor& y) { return solve(x, y); });
  m.def(
      "linear",
      [](const operand& x, const operand& w, const std::optional<operand>& bias) {
        if (!bias) return on([](const tensor& x, const tensor& w) { return linear(x, w); }, x, w);
        return on([](const tensor& x, const tensor& w, const tensor& b) { return linear(x, w, b); }, x, w, *bias);
      },
      py::arg("x"), py::arg("weight"), py::arg("bias") = py::none(), documentation("linear"));
  m.def(
      "einsum",
      [](const std::string& text, const py::args& args) {
        std::vector<operand> xs;
        for (const auto& x : args) xs.emplace_back(x);
        return give(einsum(text, listed(xs)), has_handle(xs));
      },
      py::arg("text"), documentation("einsum"));
  m.def(
      "self_attention",
      [](const operand& qkv, index_t heads, bool causal, const std::optional<array>& added, double dropout, generator* random) {
        return on(
            [&](const tensor& x) {
              return self_attention(x, heads, {.causal = causal, .added = added.value_or(array()), .dropout = dropout}, random);
            },
            qkv);
      },
      py::arg("qkv"), py::arg("heads"), py::kw_only(), py::arg("causal") = false, py::arg("added") = py::none(),
      py::arg("dropout") = 0.0, py::arg("generator") = static_cast<generator*>(nullptr), documentation("self_attention"));

  for (const char* type_name : {"scalar", "tensor"}) {
    const py::object type = m.attr(type_name);
    const auto multiply = [](const operand& x, const operand& y) {
      return on([](const tensor& p, const tensor& q) { return matmul(p, q); }, x, y);
    };
    type.attr("__matmul__") = py::cpp_function(multiply, py::name("__matmul__"), py::is_method(type), py::is_operator());
    type.attr("__rmatmul__") = py::cpp_function([multiply](const operand& x, const operand& y) { return multiply(y, x); },
                                                py::name("__rmatmul__"), py::is_method(type), py::is_operator());
  }
}

auto bind_decompositions(py::module_& m) -> void {
  const auto a = py::arg("a");
  const auto of_one = [&](const char* name, auto f) {
    both(
        m, name, [f](const operand& x) { return on([&](const tensor& t) { return f(t); }, x); }, a);
  };
  of_one("inverse", [](const tensor& x) { return inverse(x); });
  of_one("det", [](const tensor& x) { return det(x); });
  of_one("logdet", [](const tensor& x) { return logdet(x); });
  of_one("cofactors", [](const tensor& x) { return cofactors(x); });
  of_one("cholesky", [](const tensor& x) { return cholesky(x); });
  m.def(
      "triangular_solve",
      [](const operand& x, const operand& y, bool upper, bool transposed, bool unit) {
        return on(
            [&](const tensor& p, const tensor& q) {
              return triangular_solve(p, q, triangular{upper, transposed, unit});
            },
            x, y);
      },
      a, py::arg("b"), py::kw_only(), py::arg("upper") = false, py::arg("transposed") = false, py::arg("unit_diagonal") = false,
      documentation("triangular_solve"));
  m.def(
      "slogdet",
      [](const operand& x) {
        const auto y = slogdet(x.as_tensor());
        return py::make_tuple(give(y.sign, x.is_handle()), give(y.log, x.is_handle()));
      },
      a, documentation("slogdet"));
  m.def(
      "qr",
      [](const operand& x) {
        const auto y = qr(x.as_tensor());
        return py::make_tuple(give(y.q, x.is_handle()), give(y.r, x.is_handle()));
      },
      a, documentation("qr"));
  m.def(
      "eigh",
      [](const operand& x) {
        const auto y = eigh(x.as_tensor());
        return py::make_tuple(give(y.values, x.is_handle()), give(y.vectors, x.is_handle()));
      },
      a, documentation("eigh"));
  m.def(
      "svd",
      [](const operand& x) {
        const auto y = svd(x.as_tensor());
        return py::make_tuple(give(y.u, x.is_handle()), give(y.s, x.is_handle()), give(y.vt, x.is_handle()));
      },
      a, documentation("svd"));
}

}  // namespace

auto bind_products(py::module_& m) -> void {
  bind_multiplication(m);
  bind_decompositions(m);
}

}  // namespace seegrad::python
