#include <nn/train/step_program.hpp>

#include <algorithm>
#include <autodiff/array/create.hpp>
#include <autodiff/ops/random/dropout.hpp>
#include <autodiff/ops/table/structural_list.hpp>
#include <cmath>
#include <cstring>

namespace seegrad::nn::detail {
namespace {

auto enters_as_node(const dataset& part) -> bool {
  return part.targets.is_floating() && part.targets.type() == part.inputs.type();
}

auto same_numbers(const array& a, const array& b) -> bool {
  if (a.raw() == b.raw() && a.strides() == b.strides()) return true;
  const auto x = a.contiguous(), y = b.contiguous();
  return x.type() == y.type() && x.shape() == y.shape() && std::memcmp(x.raw(), y.raw(), x.bytes()) == 0;
}

}  // namespace

step_data::step_data(const dataset& part, bool as_nodes)
    : inputs(as_nodes && part.inputs.is_floating() ? input(part.inputs, "x") : tensor(part.inputs)),
      targets(as_nodes && enters_as_node(part) ? input(part.targets, "target") : tensor(part.targets)) {}

auto step_program::now(const model_face& model) -> standing {
  standing now;
  for (const auto* g : model.generators()) now.generators.push_back(g->save());
  for (const auto* b : model.buffers()) now.buffers.push_back(b->value);
  return now;
}

class step_program::maker {
 public:
  maker(const model_face& model, const step_data& data, const dataset& part, const step_notes& notes, const standing& before)
      : model_(model), data_(data), part_(part), notes_(notes), before_(before) {}

  auto make(const tensor& prediction, const tensor& loss) -> std::optional<step_program> {
    if (loss.is_constant() || prediction.is_constant() || !buffers_are_noted()) return {};
    results_ = {loss.ref(), prediction.ref()};
    find_parameters();
    if (from_.empty() || !find_constants()) return {};
    std::vector<std::vector<source>> conditions, effects;
    for (const auto& c : notes_.conditions) conditions.push_back(sources(c.of));
    for (const auto& e : notes_.effects) effects.push_back(sources(e.of));
    beside_.insert(beside_.end(), drawn_.begin(), drawn_.end());
    step_program p(compile_arrays(results_, from_, beside_));
    p.parameters_ = std::move(used_), p.views_ = std::move(views_), p.draws_ = std::move(draws_);
    p.all_parameters_ = model_.parameters(), p.generators_ = model_.generators();
    for (const auto* each : p.all_parameters_) p.trainable_.push_back(each->trainable);
    p.input_shape_ = part_.inputs.shape(), p.target_shape_ = part_.targets.shape();
    p.input_type_ = part_.inputs.type(), p.target_type_ = part_.targets.type();
    p.results_ = results_.size(), p.loss_type_ = loss.type();
    p.condition_sources_ = std::move(conditions), p.effect_sources_ = std::move(effects);
    p.conditions_ = notes_.conditions, p.effects_ = notes_.effects;
    for (auto& c : p.conditions_) c.of.clear();
    for (auto& e : p.effects_) e.of.clear();
    return p;
  }

 private:
  auto buffers_are_noted() const -> bool {
    const auto buffers = model_.buffers();
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      const auto noted = [&](const step_notes::effect& e) {
        return std::find(e.changed.begin(), e.changed.end(), buffers[i]) != e.changed.end();
      };
      if (std::any_of(notes_.effects.begin(), notes_.effects.end(), noted)) continue;
      if (!same_numbers(before_.buffers[i], buffers[i]->value)) return false;
    }
    return true;
  }
  auto find_parameters() -> void {
    const auto& g = graph::active();
    const auto all = model_.parameters();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!all[i]->trainable || all[i]->ref() == 0 || !g.has(all[i]->ref())) continue;
      from_.push_back(all[i]->ref());
      used_.push_back({i, all[i]->shape(), all[i]->type()});
    }
  }
  // What in the record is of this step's data, or was drawn. Every other constant is of the model.
  auto find_constants() -> bool {
    const auto& g = graph::active();
    if (!data_.inputs.is_constant()) add_view(data_.inputs.ref(), part_.inputs);
    if (!data_.targets.is_constant()) add_view(data_.targets.ref(), part_.targets);
    for (node_id k = 0; k < g.size(); ++k)
      if (g.is_constant(k) && g.is_tensor(k)) add_view(g.ref(k), g.tensor_node_at(k).value);
    auto states = before_.generators;
    for (node_id k = 0; k < g.size(); ++k)
      if (g.op(k) == &structural_operation<dropout_op>() && !add_draw(g, k, states)) return false;
    const auto generators = model_.generators();
    for (std::size_t i = 0; i < states.size(); ++i)
      if (!(states[i] == generators[i]->save())) return false;  // something else was drawn
    return true;
  }
  auto add_view(node_ref node, const array& value) -> void {
    if (const auto v = view_in_data(value)) beside_.push_back(node), views_.push_back(*v);
  }
  auto add_draw(const graph& g, node_id k, std::vector<generator::state>& states) -> bool {
    const auto& p = *static_cast<const dropout_parameters*>(g.tensor_node_at(k).parameters.get());
    const auto position = g.operands(k)[1];
    if (!g.is_constant(position)) return true;
    for (std::size_t i = 0; i < states.size(); ++i) {
      auto& s = states[i];
      if (s.seed != p.seed || s.stream != p.stream) continue;
      if (static_cast<double>(s.position) != g.array_value(position).item()) return false;
      const auto blocks = seegrad::detail::dropout_blocks(p.mask);
      s.position += static_cast<std::uint64_t>(blocks);
      drawn_.push_back(g.ref(position)), draws_.push_back({i, blocks});
      return true;
    }
    return false;
  }
  auto view_in_data(const array& a) const -> std::optional<view_of_data> {
    for (const bool of_targets : {false, true}) {
      const auto& whole = of_targets ? part_.targets : part_.inputs;
      if (a.size() == 0 || !a.shares_memory(whole) || a.type() != whole.type()) continue;
      if (a.raw() == whole.raw() && a.shape() == whole.shape() && a.strides() == whole.strides())
        return view_of_data{of_targets, a.shape(), row_major(a.shape()), 0};
      const auto bytes = static_cast<const char*>(a.raw()) - static_cast<const char*>(whole.raw());
      const view_of_data v{of_targets, a.shape(), a.strides(), bytes / static_cast<index_t>(size_of(a.type()))};
      if (whole.is_contiguous() && lies_inside(v, whole.size())) return v;
    }
    return {};
  }
  static auto lies_inside(const view_of_data& v, index_t size) -> bool {
    index_t first = v.offset, last = v.offset;
    for (int i = 0; i < v.shape.size(); ++i) (v.strides[i] < 0 ? first : last) += (v.shape[i] - 1) * v.strides[i];
    return first >= 0 && last < size;
  }
  auto sources(const std::vector<tensor>& of) -> std::vector<source> {
    std::vector<source> all;
    for (const auto& x : of) {
      if (!x.is_constant()) {
        all.push_back({source::result, results_.size(), {}, {}});
        results_.push_back(x.ref());
      } else if (const auto v = view_in_data(x.value())) {
        all.push_back({source::view, 0, *v, {}});
      } else {
        all.push_back({source::constant, 0, {}, x.value()});
      }
    }
    return all;
  }

  const model_face& model_;
  const step_data& data_;
  const dataset& part_;
  const step_notes& notes_;
  const standing& before_;
  std::vector<node_ref> results_, from_, beside_, drawn_;
  std::vector<used_parameter> used_;
  std::vector<view_of_data> views_;
  std::vector<draw> draws_;
};

auto step_program::made(const model_face& model, const step_data& data, const dataset& part, const tensor& prediction,
                        const tensor& loss, const step_notes& notes, const standing& before) -> std::optional<step_program> {
  return maker(model, data, part, notes, before).make(prediction, loss);
}

auto step_program::agrees_with(const step_program& o) const -> bool {
  const auto same_source = [](const source& a, const source& b) {
    return a.from == b.from && a.result_number == b.result_number && a.of == b.of && same_numbers(a.value, b.value);
  };
  const auto same_sources = [&](const std::vector<source>& a, const std::vector<source>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_source);
  };
  const auto all_the_same = [&](const auto& a, const auto& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_sources); };
  const auto same_effect = [](const step_notes::effect& a, const step_notes::effect& b) { return a.changed == b.changed; };
  return parameters_ == o.parameters_ && trainable_ == o.trainable_ && views_ == o.views_ && draws_ == o.draws_ &&
         results_ == o.results_ && all_the_same(condition_sources_, o.condition_sources_) &&
         all_the_same(effect_sources_, o.effect_sources_) &&
         std::equal(effects_.begin(), effects_.end(), o.effects_.begin(), o.effects_.end(), same_effect) && program_ == o.program_;
}

auto step_program::fits(const dataset& part) const -> bool {
  if (part.inputs.shape() != input_shape_ || part.targets.shape() != target_shape_ || part.inputs.type() != input_type_ ||
      part.targets.type() != target_type_)
    return false;
  for (std::size_t i = 0; i < all_parameters_.size(); ++i)
    if (all_parameters_[i]->trainable != trainable_[i]) return false;
  for (const auto& p : parameters_) {
    const auto& now = all_parameters_[p.number]->value();
    if (now.shape() != p.shape || now.type() != p.type) return false;
  }
  return true;
}

auto step_program::run(const dataset& part, double share, step_outcome& done) -> bool {
  before_.clear();
  for (const auto* g : generators_) before_.push_back(g->save());
  done.prediction = {}, done.gradients.assign(all_parameters_.size(), {});
  seeds_.resize(results_);
  if (seeds_[0].is_null() || seeds_[0].item() != share) seeds_[0] = array(share).cast(loss_type_);
  try {
    give(part);
    program_.vjp_into(given_, seeds_, now_, slopes_);
    given_.clear();  // the parameters are their own again
    done.loss = now_[0].item();
    if (!std::isfinite(done.loss)) return take_back();
    for (std::size_t i = 0; i < conditions_.size(); ++i)
      if (!conditions_[i].holds(numbers(condition_sources_[i], now_, part))) return take_back();
    for (std::size_t i = 0; i < effects_.size(); ++i) effects_[i].apply(numbers(effect_sources_[i], now_, part));
  } catch (const error&) {
    return take_back();
  }
  done.prediction = now_[1];
  for (std::size_t i = 0; i < parameters_.size(); ++i) done.gradients[parameters_[i].number] = slopes_[i];
  return true;
}

auto step_program::take_back() -> bool {
  given_.clear();
  for (std::size_t i = 0; i < before_.size(); ++i) *generators_[i] = generator(before_[i]);
  return false;
}

auto step_program::give(const dataset& part) -> void {
  given_.clear();
  for (const auto& p : parameters_) given_.push_back(all_parameters_[p.number]->value());
  for (const auto& v : views_) given_.push_back(seen(v, part));
  for (const auto& d : draws_) {
    const auto at = generators_[d.generator]->take(d.blocks);
    given_.emplace_back(static_cast<std::int64_t>(at.position));
  }
}

auto step_program::seen(const view_of_data& v, const dataset& part) -> array {
  const auto whole = (v.of_targets ? part.targets : part.inputs).contiguous();
  return v.offset == 0 && v.shape == whole.shape() && v.strides == whole.strides() ? whole : whole.view(v.shape, v.strides, v.offset);
}

auto step_program::numbers(const std::vector<source>& of, const std::vector<array>& results, const dataset& part)
    -> std::vector<array> {
  std::vector<array> now;
  for (const auto& s : of)
    now.push_back(s.from == source::result ? results[s.result_number] : s.from == source::view ? seen(s.of, part) : s.value);
  return now;
}

}  // namespace seegrad::nn::detail
