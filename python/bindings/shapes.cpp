// The same elements in another shape or order, some of them, and several arrays as one.

#include "bind.hpp"
#include <autodiff/ops/random/dropout.hpp>
#include <autodiff/ops/shape/arrangement.hpp>
#include <autodiff/ops/shape/indexing.hpp>

namespace seegrad::python {
namespace {

auto bind_forms(py::module_& m) -> void {
  const auto x = py::arg("x");
  both(
      m, "reshape", [](const operand& x, const dims& shape) { return on([&](const tensor& t) { return reshape(t, shape); }, x); },
      x, py::arg("shape"));
  both(
      m, "flatten",
      [](const operand& x, index_t first, index_t last) {
        return on([&](const tensor& t) { return t.rank() == 0 ? reshape(t, {1}) : flatten(t, first, last); }, x);
      },
      x, py::arg("first") = 0, py::arg("last") = -1);
  both(
      m, "squeeze",
      [](const operand& x, std::optional<index_t> axis) {
        return on([&](const tensor& t) { return axis ? squeeze(t, *axis) : squeeze(t); }, x);
      },
      x, py::arg("axis") = py::none());
  both(
      m, "unsqueeze", [](const operand& x, index_t axis) { return on([&](const tensor& t) { return unsqueeze(t, axis); }, x); },
      x, py::arg("axis"));
  both(
      m, "permute", [](const operand& x, const dims& order) { return on([&](const tensor& t) { return permute(t, order); }, x); },
      x, py::arg("order"));
  both(
      m, "swap_axes",
      [](const operand& x, index_t a, index_t b) { return on([&](const tensor& t) { return swap_axes(t, a, b); }, x); }, x,
      py::arg("axis1"), py::arg("axis2"));
  both(
      m, "transpose", [](const operand& x) { return on([](const tensor& t) { return transpose(t); }, x); }, x);
  both(
      m, "expand", [](const operand& x, const dims& shape) { return on([&](const tensor& t) { return expand(t, shape); }, x); },
      x, py::arg("shape"));
  both(
      m, "broadcast_to",
      [](const operand& x, const dims& shape) { return on([&](const tensor& t) { return broadcast_to(t, shape); }, x); }, x,
      py::arg("shape"));
  both(
      m, "cast", [](const operand& x, dtype type) { return on([&](const tensor& t) { return cast(t, type); }, x); }, x,
      py::arg("dtype"));
  both(
      m, "flip", [](const operand& x, const dims& axes) { return on([&](const tensor& t) { return flip(t, axes); }, x); }, x,
      py::arg("axes"));
  both(
      m, "roll",
      [](const operand& x, index_t shift, index_t axis) { return on([&](const tensor& t) { return roll(t, shift, axis); }, x); },
      x, py::arg("shift"), py::arg("axis"));
  both(
      m, "tril", [](const operand& x, index_t offset) { return on([&](const tensor& t) { return tril(t, offset); }, x); }, x,
      py::arg("offset") = 0);
  both(
      m, "triu", [](const operand& x, index_t offset) { return on([&](const tensor& t) { return triu(t, offset); }, x); }, x,
      py::arg("offset") = 0);
  both(
      m, "diagonal",
      [](const operand& x, index_t offset, index_t a, index_t b) {
        return on([&](const tensor& t) { return diagonal(t, offset, a, b); }, x);
      },
      x, py::arg("offset") = 0, py::arg("axis1") = 0, py::arg("axis2") = 1);
  both(
      m, "tile", [](const operand& x, const dims& times) { return on([&](const tensor& t) { return tile(t, times); }, x); }, x,
      py::arg("times"));
  both(
      m, "repeat",
      [](const operand& x, index_t times, index_t axis) {
        return on([&](const tensor& t) { return repeat(t, times, axis); }, x);
      },
      x, py::arg("times"), py::arg("axis"));
  both(
      m, "pad",
      [](const operand& x, const dims& before, const dims& after, double value) {
        return on([&](const tensor& t) { return pad(t, before, after, value); }, x);
      },
      x, py::arg("before"), py::arg("after"), py::arg("value") = 0.0);
  both(
      m, "slice",
      [](const operand& x, index_t axis, index_t start, index_t stop, index_t step) {
        return on([&](const tensor& t) { return slice(t, axis, start, stop, step); }, x);
      },
      x, py::arg("axis"), py::arg("start"), py::arg("stop"), py::arg("step") = 1);
}

auto bind_several(py::module_& m) -> void {
  const auto joined = [](auto f) {
    return [f](const std::vector<operand>& xs, index_t axis) { return give(f(listed(xs), axis), has_handle(xs)); };
  };
  const auto concatenated = joined([](const std::vector<tensor>& xs, index_t axis) { return concat(xs, axis); });
  m.def("concat", concatenated, py::arg("xs"), py::arg("axis") = 0, documentation("concat"));
  m.def("cat", concatenated, py::arg("xs"), py::arg("axis") = 0, documentation("cat"));
  m.def("stack", joined([](const std::vector<tensor>& xs, index_t axis) { return stack(xs, axis); }), py::arg("xs"),
        py::arg("axis") = 0, documentation("stack"));
  both(
      m, "split",
      [](const operand& x, const dims& lengths, index_t axis) {
        return on([&](const tensor& t) { return split(t, lengths, axis); }, x);
      },
      py::arg("x"), py::arg("lengths"), py::arg("axis") = 0);
  both(
      m, "chunk",
      [](const operand& x, index_t n, index_t axis) { return on([&](const tensor& t) { return chunk(t, n, axis); }, x); },
      py::arg("x"), py::arg("n"), py::arg("axis") = 0);
}

auto bind_indexing(py::module_& m) -> void {
  const auto x = py::arg("x");
  const auto index = py::arg("index");
  both(
      m, "take",
      [](const operand& x, const operand& index, index_t axis) {
        // One place, whose axis is dropped.
        if (index.what() == operand::kind::number)
          return on([&](const tensor& t) { return take(t, static_cast<index_t>(index.as_array().item()), axis); }, x);
        return on([&](const tensor& t, const tensor& i) { return take(t, i, axis); }, x, index);
      },
      x, index, py::arg("axis") = 0);
  both(
      m, "index_select",
      [](const operand& x, index_t axis, const operand& index) {
        return on([&](const tensor& t, const tensor& i) { return index_select(t, axis, i); }, x, index);
      },
      x, py::arg("axis"), index);
  both(
      m, "gather",
      [](const operand& x, const operand& index, index_t axis) {
        return on([&](const tensor& t, const tensor& i) { return gather(t, i, axis); }, x, index);
      },
      x, index, py::arg("axis") = 0);
  const auto scattered = [](auto f) {
    return [f](const operand& x, const operand& index, const operand& source, index_t axis) {
      return on([&](const tensor& a, const tensor& i, const tensor& b) { return f(a, i, b, axis); }, x, index, source);
    };
  };
  both(m, "scatter",
       scattered([](const tensor& a, const tensor& i, const tensor& b, index_t axis) { return scatter(a, i, b, axis); }), x,
       index, py::arg("source"), py::arg("axis") = 0);
  both(m, "scatter_add",
       scattered([](const tensor& a, const tensor& i, const tensor& b, index_t axis) { return scatter_add(a, i, b, axis); }), x,
       index, py::arg("source"), py::arg("axis") = 0);
  both(
      m, "masked_fill",
      [](const operand& x, const operand& mask, const operand& value) {
        return on([](const tensor& t, const tensor& m, const tensor& v) { return masked_fill(t, m, v); }, x, mask, value);
      },
      x, py::arg("mask"), py::arg("value"));
  m.def(
      "one_hot", [](const array& index, index_t classes, dtype type) { return one_hot(index, classes, type); }, index,
      py::arg("classes"), py::arg("dtype") = float64, documentation("one_hot"));
}

auto bind_chance(py::module_& m) -> void {
  py::class_<generator>(m, "generator", R"(Random numbers that are the same everywhere: a seed and a position.

The functions rand, uniform, randn, normal, randint, bernoulli and permutation draw from it, and move it on.)")
      .def(py::init<std::uint64_t>(), py::arg("seed"))
      .def("split", &generator::split, documentation("split"))
      .def_property_readonly("state",
                             [](const generator& g) { return py::make_tuple(g.save().seed, g.save().stream, g.save().position); })
      .def("__repr__",
           [](const generator& g) { return fmt::format("generator of seed {} at {}", g.save().seed, g.save().position); });
  const auto random = py::arg("generator");
  const auto shape = py::arg("shape");
  const auto type = py::arg("dtype") = float64;
  m.def("rand", &rand, random, shape, type, documentation("rand"));
  m.def("uniform", &uniform, random, shape, py::arg("lo"), py::arg("hi"), type, documentation("uniform"));
  m.def("randn", &randn, random, shape, type, documentation("randn"));
  m.def("normal", &normal, random, shape, py::arg("mean"), py::arg("deviation"), type, documentation("normal"));
  m.def("randint", &randint, random, shape, py::arg("lo"), py::arg("hi"), py::arg("dtype") = int64, documentation("randint"));
  m.def("bernoulli", &bernoulli, random, shape, py::arg("p"), py::arg("dtype") = boolean, documentation("bernoulli"));
  m.def("permutation", &permutation, random, py::arg("n"), documentation("permutation"));
  both(
      m, "dropout",
      [](const operand& x, double p, generator& g, std::optional<dims> mask) {
        return on([&](const tensor& t) { return mask ? dropout(t, p, g, *mask) : dropout(t, p, g); }, x);
      },
      py::arg("x"), py::arg("p"), py::arg("generator"), py::arg("mask") = py::none());
}

}  // namespace

auto bind_shapes(py::module_& m) -> void {
  bind_forms(m);
  bind_several(m);
  bind_indexing(m);
  bind_chance(m);
}

}  // namespace seegrad::python
