// The counterparts of operations on whole arrays that move elements, choose among them, or go over axes.

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/array/slice_range.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <limits>
#include <map>
#include <nn/save/onnx_windows.hpp>

namespace seegrad::nn::detail {
namespace {

using E = onnx_export;
using name = std::string;

auto rank(const E& e, int slot = 0) -> int { return e.shape(slot).size(); }
auto axis(const E& e, index_t a) -> int { return seegrad::detail::axis_of(a, rank(e), "save_onnx"); }
auto as_vector(const dims& d) -> std::vector<index_t> { return {d.begin(), d.end()}; }
auto same_place(E& e) -> void { e.batch_at(e.batch(0)); }

// --- shapes ----------------------------------------------------------------------------------------------------------------

auto reshape_(E& e) -> name {
  if (elements(e.result()) == 0) e.refuse("an array without elements has no counterpart: there 0 says 'as it was'");
  e.batch_at(e.reshaped(e.batch(0), e.shape(0), e.result()));
  return e.put("Reshape", {e.in(0), e.list(e.flexible(e.result()))});
}
auto permute_(E& e) -> name {
  auto order = e.parameters<dims>();
  for (auto& a : order) a = axis(e, a);
  if (auto b = e.batch(0)) {
    b->axis = static_cast<int>(std::find(order.begin(), order.end(), b->axis) - order.begin());
    e.batch_at(b);
  }
  return e.put("Transpose", {e.in(0)}, {{"perm", as_vector(order)}});
}
auto expand_(E& e) -> name {
  auto b = e.batch(0);
  if (b) b->axis += e.result().size() - rank(e);
  e.batch_at(b);
  auto shape = e.result();
  if (b) shape[b->axis] = 1;  // here 1 leaves an axis as it is
  return e.put("Expand", {e.in(0), e.list(shape)});
}
auto cast_(E& e) -> name {
  same_place(e);
  return e.put("Identity", {e.in(0)});  // in() has converted it
}

auto dropout_(E& e) -> name {
  const auto& p = e.parameters<seegrad::detail::dropout_parameters>();
  if (p.mask != e.shape(0)) e.refuse("dropout of whole channels has no counterpart in ONNX; save the model after nn::eval");
  same_place(e);
  return e.put("Dropout", {e.in(0), e.number(p.p), e.numbers(array(true), "training")});
}

// --- parts -----------------------------------------------------------------------------------------------------------------

auto sliced(E& e, const name& x, int axis, index_t start, index_t stop, index_t step) -> name {
  return e.put("Slice", {x, e.list({start}), e.list({stop}), e.list({axis}), e.list({step})});
}
auto slice_(E& e) -> name {
  const auto& p = e.parameters<seegrad::detail::slice_parameters>();
  const int a = axis(e, p.axis);
  if (const auto b = e.batch(0); b && b->axis == a) e.keep_out(0);
  same_place(e);
  // Said with positions from the front, and the end as a number that stands for "to the very end" backwards.
  const auto s = seegrad::detail::clipped_slice(p.start, p.stop, p.step, e.shape(0)[a]);
  const auto stop = s.start + s.count * s.step;
  return sliced(e, e.in(0), a, s.start, stop < 0 ? -e.shape(0)[a] - 1 : stop, s.step);
}
auto place_(E& e) -> name {
  const auto& p = e.parameters<seegrad::detail::place_parameters>();
  const int a = static_cast<int>(p.axis);
  if (p.step != 1) e.refuse("zeros between elements have no counterpart in ONNX");
  if (const auto b = e.batch(0); b && b->axis == a) e.keep_out(0);
  same_place(e);
  std::vector<std::int64_t> both(static_cast<std::size_t>(2 * rank(e)));
  both[static_cast<std::size_t>(a)] = p.start;
  both[static_cast<std::size_t>(rank(e) + a)] = p.shape[a] - p.start - e.shape(0)[a];
  return e.put("Pad", {e.in(0), e.numbers(array(both), "pads"), e.number(0)});
}
auto concat_(E& e) -> name {
  const int a = axis(e, e.parameters<index_t>());
  std::vector<name> parts;
  for (int i = 0; i < e.count(); ++i) {
    if (e.batch(i) != e.batch(0)) e.refuse("with dynamic_batch, the batch is not the same axis of all operands");
    if (const auto b = e.batch(i); b && b->axis == a) e.keep_out(i);
    parts.push_back(e.in(i));
  }
  same_place(e);
  return e.put("Concat", parts, {{"axis", index_t{a}}});
}
auto flip_(E& e) -> name {
  same_place(e);
  auto y = e.in(0);
  for (auto a : e.parameters<dims>()) y = sliced(e, y, axis(e, a), -1, std::numeric_limits<index_t>::min(), -1);
  return y;
}
auto roll_(E& e) -> name {
  const auto& p = e.parameters<seegrad::detail::roll_parameters>();
  const int a = axis(e, p.axis);
  const auto n = e.shape(0)[a];
  if (const auto b = e.batch(0); b && b->axis == a) e.keep_out(0);
  same_place(e);
  if (n == 0) return e.in(0);
  const auto cut = n - (p.shift % n + n) % n;
  const auto x = e.in(0), tail = sliced(e, x, a, cut, n, 1), head = sliced(e, x, a, 0, cut, 1);
  return e.put("Concat", {tail, head}, {{"axis", index_t{a}}});
}
auto triangle_(E& e) -> name {
  const auto& p = e.parameters<seegrad::detail::triangle_parameters>();
  e.keep_out(0, rank(e) - 2);
  same_place(e);
  const auto kept = seegrad::detail::triangle(full(e.shape(0).from(rank(e) - 2), 1), p.offset, p.lower).cast(boolean);
  return e.put("Where", {e.numbers(kept, "kept"), e.in(0), e.number(0)});
}
auto take_(E& e) -> name {
  const int a = axis(e, e.parameters<int>());
  const auto [index, inside] = e.index(1);
  auto b = e.batch(0);
  if (b && (inside || b->axis == a)) e.keep_out(0);
  if (b && b->axis > a) b->axis += e.shape(1).size() - 1;
  if (inside) b = batch_place{a + inside->axis, inside->outer, inside->inner};
  e.batch_at(b);
  return e.put("Gather", {e.in(0), index}, {{"axis", index_t{a}}});
}
auto gather_(E& e) -> name {
  e.keep_out(0);
  return e.put("GatherElements", {e.in(0), e.index(1).first}, {{"axis", index_t{axis(e, e.parameters<int>())}}});
}

auto log_softmax_at_(E& e) -> name {
  e.keep_out(0);
  const auto a = index_t{seegrad::detail::axis_of(e.parameters<index_t>(), rank(e), "save_onnx")};
  const auto all = e.put("LogSoftmax", {e.in(0)}, {{"axis", a}});
  return e.put("GatherElements", {all, e.index(1).first}, {{"axis", a}});
}

// --- over axes -------------------------------------------------------------------------------------------------------------

auto reduced(E& e, std::string_view onnx, bool axes_are_input) -> name {
  const auto& p = e.parameters<seegrad::detail::reduction_parameters>();
  const auto over = p.over.of(rank(e), "save_onnx");
  auto b = e.batch(0);
  if (b && std::find(over.begin(), over.end(), b->axis) != over.end()) e.keep_out(0);
  if (b && p.kept == keep::none)
    b->axis -= static_cast<int>(std::count_if(over.begin(), over.end(), [&](auto a) { return a < b->axis; }));
  e.batch_at(b);
  if (over.empty()) return e.put("Identity", {e.in(0)});  // no axes would mean all of them
  const onnx_attribute keepdims{"keepdims", index_t{p.kept == keep::axes}};
  if (axes_are_input) return e.put(onnx, {e.in(0), e.list(over)}, {keepdims});
  return e.put(onnx, {e.in(0)}, {{"axes", as_vector(over)}, keepdims});
}
auto argmax_(E& e) -> name {
  const auto& p = e.parameters<seegrad::detail::extreme_place_parameters>();
  const int a = axis(e, p.axis);
  auto b = e.batch(0);
  if (b && b->axis == a) e.keep_out(0);
  if (b && p.kept == keep::none && b->axis > a) --b->axis;
  e.batch_at(b);
  return e.put(p.least ? "ArgMin" : "ArgMax", {e.in(0, floating(e.value(0).type()))},
               {{"axis", index_t{a}}, {"keepdims", index_t{p.kept == keep::axes}}});
}

auto argsort_(E& e) -> name {
  const auto& p = e.parameters<seegrad::detail::order_parameters>();
  const int a = axis(e, p.axis);
  if (const auto b = e.batch(0); b && b->axis == a) e.keep_out(0);
  same_place(e);
  return e.put("TopK", {e.in(0, floating(e.value(0).type())), e.list({e.shape(0)[a]})},
               {{"axis", index_t{a}}, {"largest", index_t{p.descending}}});
}

template <class P>
auto along(E& e, std::string_view onnx) -> name {
  same_place(e);
  return e.put(onnx, {e.in(0)}, {{"axis", index_t{axis(e, e.parameters<P>())}}});
}
auto cumsum_(E& e) -> name {
  const auto& p = e.parameters<seegrad::detail::cumsum_parameters>();
  same_place(e);
  return e.put("CumSum", {e.in(0), e.numbers(full({}, axis(e, p.axis), int64), "axis")}, {{"reverse", index_t{p.from_the_end}}});
}

// --- products --------------------------------------------------------------------------------------------------------------

auto matmul_(E& e) -> name {
  const auto a = e.batch(0), b = e.batch(1);
  const int ra = rank(e, 0), rb = rank(e, 1), r = e.result().size();
  if (a && a->axis == ra - 1) e.keep_out(0);
  if (b && b->axis == std::max(rb - 2, 0)) e.keep_out(1);
  maybe_batch where;
  if (a && a->axis == ra - 2) {
    if (b) e.keep_out(1);
    where = a, where->axis = rb == 1 ? r - 1 : r - 2;
  } else if (b && b->axis == rb - 1) {
    if (a) e.keep_out(0);
    where = b, where->axis = r - 1;
  } else if (a || b) {
    // Matrices of a stack, matched from the end of the axes before them. One that is not the batch's must be the same for all.
    const auto from_end = [](const maybe_batch& p, int rank) { return rank - 2 - p->axis; };
    const int here = a ? from_end(a, ra) : from_end(b, rb);
    where = a ? a : b;
    if (a && b && (here != from_end(b, rb) || a->outer != b->outer || a->inner != b->inner))
      e.refuse("with dynamic_batch, the batch is not the same axis of both operands");
    const int other = a ? 1 : 0, there = (a ? rb : ra) - 2 - here;
    if ((!a || !b) && there >= 0 && e.shape(other)[there] != 1)
      e.refuse(
          "with dynamic_batch, one operand does not depend on the inputs, "
          "but has a matrix of its own for each member of the batch");
    where->axis = std::max({ra - 2, rb - 2, 0}) - here;
  }
  e.batch_at(where);
  return e.put("MatMul", {e.in(0), e.in(1)});
}
auto linear_(E& e) -> name {
  e.keep_out(0, rank(e) - 1), e.keep_out(1), e.keep_out(2, rank(e, 2) - 1);
  const bool added_rows = e.batch(2).has_value();  // Gemm takes a row for all members only.
  e.batch_at(e.repeated(std::vector{0, 2}));
  if (rank(e) == 2 && !added_rows) return e.put("Gemm", {e.in(0), e.in(1), e.in(2)}, {{"transB", index_t{1}}});
  const auto turned = e.put("Transpose", {e.in(1)}, {{"perm", std::vector<index_t>{1, 0}}});
  return e.put("Add", {e.put("MatMul", {e.in(0), turned}), e.in(2)});
}

// Heads are parts of the last axis; the batch is the first.
auto attention_(E& e) -> name {
  const auto& p = e.parameters<seegrad::detail::attention_parameters>();
  if (p.drop) e.refuse("dropout of attention has no counterpart in ONNX; save the model after nn::eval");
  if (const auto b = e.batch(0); b && b->axis != 0) e.keep_out(0);
  if (e.count() > 1 && e.batch(1)) e.keep_out(1);
  same_place(e);
  const auto length = e.shape(0)[1], width = e.shape(0)[2] / 3, each = width / p.heads;
  const auto x = e.in(0);
  const auto head = [&](index_t i, std::vector<index_t> order) {
    const auto part = e.put("Reshape", {sliced(e, x, 2, i * width, (i + 1) * width, 1), e.list({0, length, p.heads, each})});
    return e.put("Transpose", {part}, {{"perm", std::move(order)}});
  };
  const auto q = e.put("Mul", {head(0, {0, 2, 1, 3}), e.number(1 / std::sqrt(static_cast<double>(each)))});
  auto scores = e.put("MatMul", {q, head(1, {0, 2, 3, 1})});
  if (p.causal)
    scores = e.put("Where", {e.numbers(seegrad::detail::later_positions(length), "later"),
                             e.number(-std::numeric_limits<double>::infinity()), scores});
  if (e.count() > 1) scores = e.put("Add", {scores, e.in(1)});
  const auto seen = e.put("MatMul", {e.put("Softmax", {scores}, {{"axis", index_t{-1}}}), head(2, {0, 2, 1, 3})});
  return e.put("Reshape", {e.put("Transpose", {seen}, {{"perm", std::vector<index_t>{0, 2, 1, 3}}}), e.list({0, length, width})});
}

// --- recurrent networks ----------------------------------------------------------------------------------------------------

auto gate(E& e, const name& gates, index_t k, std::string_view activation) -> name {
  const auto n = e.result().back();
  return e.put(activation, {sliced(e, gates, rank(e) - 1, k * n, (k + 1) * n, 1)});
}
auto lstm_state_(E& e) -> name {
  e.keep_out(0, rank(e) - 1), e.keep_out(1, rank(e) - 1);
  e.batch_at(e.repeated());
  const auto gates = e.in(0);
  const auto kept = e.put("Mul", {gate(e, gates, 1, "Sigmoid"), e.in(1)});
  const auto taken_in = e.put("Mul", {gate(e, gates, 0, "Sigmoid"), gate(e, gates, 2, "Tanh")});
  return e.put("Add", {kept, taken_in});
}
auto lstm_output_(E& e) -> name {
  e.keep_out(0, rank(e) - 1), e.keep_out(1, rank(e) - 1);
  e.batch_at(e.repeated());
  const auto shown = gate(e, e.in(0), 3, "Sigmoid");
  return e.put("Mul", {shown, e.put("Tanh", {e.in(1)})});
}

auto standardise_(E& e) -> name {
  e.keep_out(0, rank(e) - 1);
  same_place(e);
  const auto last = std::vector<onnx_attribute>{{"axes", std::vector<index_t>{-1}}, {"keepdims", index_t{1}}};
  const auto centred = e.put("Sub", {e.in(0), e.put("ReduceMean", {e.in(0)}, last)});
  const auto variance = e.put("ReduceMean", {e.put("Mul", {centred, centred})}, last);
  return e.put("Div", {centred, e.put("Sqrt", {e.put("Add", {variance, e.number(e.parameters<double>())})})});
}

template <class Op>
auto of() -> const operation* {
  return &structural_operation<Op>();
}

auto table() -> const std::map<const operation*, counterpart>& {
  static const std::map<const operation*, counterpart> all = {
      {of<reshape_op>(), reshape_},
      {of<item_op>(), reshape_},
      {of<permute_op>(), permute_},
      {of<expand_op>(), expand_},
      {of<cast_op>(), cast_},
      {of<dropout_op>(), dropout_},
      {of<slice_op>(), slice_},
      {of<place_op>(), place_},
      {of<concat_op>(), concat_},
      {of<flip_op>(), flip_},
      {of<roll_op>(), roll_},
      {of<triangle_op>(), triangle_},
      {of<take_op>(), take_},
      {of<gather_op>(), gather_},
      {of<sum_op>(), [](E& e) { return reduced(e, "ReduceSum", true); }},
      {of<prod_op>(), [](E& e) { return reduced(e, "ReduceProd", false); }},
      {of<max_reduction_op>(), [](E& e) { return reduced(e, "ReduceMax", false); }},
      {of<min_reduction_op>(), [](E& e) { return reduced(e, "ReduceMin", false); }},
      {of<logsumexp_op>(), [](E& e) { return reduced(e, "ReduceLogSumExp", false); }},
      {of<argmax_op>(), argmax_},
      {of<argsort_op>(), argsort_},
      {of<softmax_op>(), [](E& e) { return along<index_t>(e, "Softmax"); }},
      {of<log_softmax_op>(), [](E& e) { return along<index_t>(e, "LogSoftmax"); }},
      {of<cumsum_op>(), cumsum_},
      {of<standardise_op>(), standardise_},
      {of<matmul_op>(), matmul_},
      {of<linear_op>(), linear_},
      {of<log_softmax_at_op>(), log_softmax_at_},
      {of<attention_op>(), attention_},
      {of<lstm_state_op>(), lstm_state_},
      {of<lstm_output_op>(), lstm_output_},
      {of<conv2d_op>(), convolution_counterpart},
      {of<conv_transpose2d_op>(), transposed_convolution_counterpart},
      {of<max_pool2d_op>(), max_pool_counterpart},
      {of<avg_pool2d_op>(), avg_pool_counterpart},
  };
  return all;
}

}  // namespace

auto structural_counterpart(const operation& op) -> counterpart {
  const auto it = table().find(&op);
  return it == table().end() ? nullptr : it->second;
}

}  // namespace seegrad::nn::detail
