#include <nn/save/onnx.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/array/file.hpp>
#include <autodiff/graph/reach.hpp>
#include <fmt/format.h>
#include <nn/save/onnx_export.hpp>
#include <ostream>

namespace seegrad::nn {
namespace detail {
namespace {

// An element of a list is "net.0 linear" in pictures, and "net.0" where its numbers are looked for by name.
auto without_type(std::string_view scope) -> std::string_view {
  const auto space = scope.rfind(' ');
  if (space == scope.npos) return scope;
  const auto member = scope.substr(0, space), number = member.substr(member.rfind('.') + 1);
  return !number.empty() && number.find_first_not_of("0123456789") == number.npos ? member : scope;
}

}  // namespace

onnx_export::onnx_export(const graph& g, const std::vector<onnx_input>& inputs, const onnx_options& options)
    : graph_(g), inputs_(inputs), options_(options), used_(inputs.size()) {
  if (inputs.empty()) throw error("save_onnx: no inputs are given; a model computes its output from some");
  const auto reserve = [&](const std::string& name) {
    if (name.empty()) throw error("save_onnx: an input or the output has no name");
    if (model_.unused(name) != name) throw error(fmt::format("save_onnx: two inputs or outputs are called '{}'", name));
  };
  for (const auto& i : inputs) reserve(i.name);
  reserve(options.output_name);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& [name, x] = inputs[i];
    if (x.is_constant() && x.type() != int64)
      throw error(fmt::format(
          "save_onnx: '{}' is a constant, so nothing in the graph comes from it; make it with input(), then compute", name));
    if (!x.is_constant()) {
      const auto k = g.id(x.ref(), "save_onnx");
      if (!input_of_.emplace(k, i).second) throw error(fmt::format("save_onnx: '{}' is the same tensor as another input", name));
    }
    if (!options.dynamic_batch) continue;
    if (x.rank() == 0 || x.shape()[0] < 2)
      throw error(fmt::format("save_onnx: '{}' is {}; for a dynamic batch, axis 0 must be the batch and have 2 members or more",
                              name, to_string(x.shape())));
    if (batch_ != 0 && x.shape()[0] != batch_)
      throw error(fmt::format("save_onnx: '{}' is {}, and another input has a batch of {}", name, to_string(x.shape()), batch_));
    batch_ = x.shape()[0];
  }
}

auto onnx_export::axes_of(const dims& shape, const maybe_batch& where) const -> std::vector<onnx_axis> {
  std::vector<onnx_axis> out;
  for (auto n : shape) out.push_back({n});
  if (where) {
    const bool alone = where->outer == 1 && where->inner == 1;
    out[static_cast<std::size_t>(where->axis)] = alone ? onnx_axis{-1, "batch"} : onnx_axis{};
  }
  return out;
}

auto onnx_export::run(node_id last) -> std::string {
  const auto first_place = [&] { return batch_ ? maybe_batch(batch_place{}) : maybe_batch(); };
  for (const auto& [name, x] : inputs_) model_.add_input(name, x.type(), axes_of(x.shape(), first_place()));

  const auto wanted = seegrad::detail::leading_to(graph_, {&last, 1}, [&](node_id k) { return input_of_.contains(k); });
  for (node_id k = 0; k <= last; ++k) {
    if (!wanted[k]) continue;
    now_ = k;
    instead_.clear();
    if (const auto given = input_of_.find(k); given != input_of_.end()) {
      name_[k] = inputs_[given->second].name;
      batch_of_[k] = first_place();
      used_[given->second] = true;
    } else if (!graph_.is_leaf(k)) {
      const auto& op = *graph_.op(k);
      const auto write = op.is_structural() ? structural_counterpart(op) : pointwise_counterpart(op);
      if (!write) throw error(fmt::format("save_onnx: '{}' has no counterpart in ONNX that is known here", op.name));
      if (!op.is_structural()) batch_at(repeated());
      name_[k] = write(*this);
    }
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    if (!used_[i]) throw error(fmt::format("save_onnx: the output does not depend on the input '{}'", inputs_[i].name));
  model_.end(name_[last], options_.output_name);
  const auto y = graph_.array_value(last);
  model_.add_output(options_.output_name, y.type(), axes_of(y.shape(), batch_of_[last]));
  return model_.bytes();
}

// Numbers are written in the type they are used in, which for plain numbers is that of what they meet.
auto onnx_export::numbers_of_leaf(node_id k, dtype type) -> std::string {
  auto& name = leaf_as_type_[{k, type}];
  if (name.empty()) {
    name = model_.unused(name_for(k));
    model_.add_numbers(name, graph_.array_value(k).cast(type));
  }
  return name;
}

// Scopes of layers have the names of all that is around them, which then need not be said again.
auto onnx_export::name_for(node_id k) const -> std::string {
  std::string name(graph_.name(k));
  if (name.empty()) name = fmt::format("{}_{}", graph_.is_leaf(k) ? "constant" : graph_.op(k)->name, k);
  std::string path;
  for (auto s = graph_.scope_of(k); s != 0; s = graph_.scope_parent(s)) {
    const std::string outer(without_type(graph_.scope_name(s)));
    if (!path.starts_with(outer + ".")) path = path.empty() ? outer : outer + "." + path;
  }
  return path.empty() ? name : path + "." + name;
}

auto onnx_export::constant(int slot) const -> std::optional<double> {
  if (!graph_.is_constant(graph_.operands(now_)[slot]) || value(slot).size() != 1) return {};
  return value(slot).item();
}

auto onnx_export::in(int slot, dtype type) -> std::string {
  const auto k = graph_.operands(now_)[slot];
  const auto cut = instead_.find(slot);
  if (cut == instead_.end() && graph_.is_leaf(k) && !input_of_.contains(k)) return numbers_of_leaf(k, type);
  const auto name = cut == instead_.end() ? name_.at(k) : cut->second;
  if (graph_.array_value(k).type() == type) return name;
  auto& converted = as_type_[{name, type}];
  if (converted.empty()) {
    converted = model_.unused(name + "_" + std::string(name_of(type)));
    model_.add_node("Cast", {name}, converted, {{"to", onnx_type(type)}});
  }
  return converted;
}

auto onnx_export::put(std::string_view onnx, const std::vector<std::string>& inputs,
                      const std::vector<onnx_attribute>& attributes) -> std::string {
  auto name = model_.unused(name_for(now_));
  model_.add_node(onnx, inputs, name, attributes);
  return name;
}

auto onnx_export::numbers(const array& x, const std::string& wish) -> std::string {
  auto name = model_.unused(name_for(now_) + "." + wish);
  model_.add_numbers(name, x);
  return name;
}
auto onnx_export::number(double x) -> std::string { return numbers(full({}, x, type()), "number"); }
auto onnx_export::list(const dims& x) -> std::string {
  return numbers(array(std::vector<std::int64_t>(x.begin(), x.end())), "list");
}

auto onnx_export::index(int slot) -> std::pair<std::string, maybe_batch> {
  if (!graph_.is_constant(graph_.operands(now_)[slot])) return {in(slot, int64), batch(slot)};
  const auto x = value(slot);
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const auto& [name, given] = inputs_[i];
    const auto& y = given.value();
    if (!given.is_constant() || x.type() != int64 || !x.shares_memory(y) || x.raw() != y.raw() || x.size() != y.size() ||
        !x.is_contiguous() || !y.is_contiguous())
      continue;
    used_[i] = true;
    const auto where = batch_ ? maybe_batch(batch_place{}) : maybe_batch();
    if (x.shape() == y.shape()) return {name, where};
    const auto there = reshaped(where, y.shape(), x.shape());
    auto flat = x.shape();
    if (there) flat[there->axis] = -1;
    return {put("Reshape", {name, list(flat)}), there};
  }
  return {numbers(x.cast(int64), "index"), {}};
}

auto onnx_export::refuse(const std::string& why) const -> void {
  std::string shapes;
  for (int i = 0; i < count(); ++i) shapes += (i ? ", " : "") + to_string(shape(i));
  throw error(fmt::format("save_onnx: {} of {} in '{}': {}", graph_.op(now_)->name, shapes, name_for(now_), why));
}

}  // namespace detail

namespace {

auto bytes_of(const tensor& output, const std::vector<onnx_input>& inputs, const onnx_options& options) -> std::string {
  if (output.is_constant())
    throw error("save_onnx: the output is a constant, so no model leads to it; was it computed while recording?");
  const auto& g = graph::active();
  const auto last = g.id(output.ref(), "save_onnx");
  try {
    return detail::onnx_export(g, inputs, options).run(last);
  } catch (const error& e) {
    const std::string said = e.what();
    if (said.starts_with("save_onnx: ")) throw;
    throw error("save_onnx: " + said);
  }
}

}  // namespace

auto save_onnx(std::ostream& out, const tensor& output, const std::vector<onnx_input>& inputs, const onnx_options& options)
    -> void {
  const auto bytes = bytes_of(output, inputs, options);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out) throw error("save_onnx: the stream takes no more bytes");
}

auto save_onnx(const std::filesystem::path& file, const tensor& output, const std::vector<onnx_input>& inputs,
               const onnx_options& options) -> void {
  const auto bytes = bytes_of(output, inputs, options);
  seegrad::detail::replace_file(file, "save_onnx",
                                [&](std::ostream& out) { out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); });
}

}  // namespace seegrad::nn
