#include <nn/train/step_program.hpp>

#include <algorithm>
#include <autodiff/array/same_bits.hpp>
#include <cmath>

namespace seegrad::nn::detail {
namespace {

auto enters_as_node(const dataset& part) -> bool {
  return part.targets.is_floating() && part.targets.type() == part.inputs.type();
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
      : model_(model), data_(data), part_(part), wholes_{part.inputs, part.targets}, notes_(notes), before_(before) {}

  auto make(const tensor& prediction, const tensor& loss) -> std::optional<step_program> {
    if (loss.is_constant() || prediction.is_constant() || !buffers_are_noted()) return {};
    results_ = {loss.ref(), prediction.ref()};
    find_parameters();
    if (from_.empty() || !find_made() || !find_constants()) return {};
    std::vector<number_sources> conditions, effects;
    for (const auto& c : notes_.conditions) conditions.push_back(sources_of(c.of, wholes_, results_));
    for (const auto& e : notes_.effects) effects.push_back(sources_of(e.of, wholes_, results_));
    beside_.insert(beside_.end(), drawn_.begin(), drawn_.end());
    step_program p(seegrad::detail::compile_arrays(results_, from_, beside_));
    p.parameters_ = std::move(used_), p.made_ = std::move(made_), p.views_ = std::move(views_), p.draws_ = std::move(draws_);
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
      if (!seegrad::detail::same_bits(before_.buffers[i], buffers[i]->value)) return false;
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
  // A computed number among what they are made of is none of the data.
  auto find_made() -> bool {
    for (const auto& m : notes_.made) {
      number_sources of;
      std::vector<node_ref> nodes;
      for (const auto& x : m.of) {
        if (!x.is_constant() && !data_view::find(x.value(), wholes_)) return false;
        of.emplace_back(tensor(x.value()), wholes_, nodes);
      }
      made_.push_back({std::move(of), m.is.shape(), m.is.type(), m.make});
      wholes_.push_back(m.is);
    }
    return true;
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
      if (const auto drawn = drawn_by(g, k); drawn && !add_draw(g, k, *drawn, states)) return false;
    const auto generators = model_.generators();
    for (std::size_t i = 0; i < states.size(); ++i)
      if (!(states[i] == generators[i]->save())) return false;  // something else was drawn
    return true;
  }
  auto add_view(node_ref node, const array& value) -> void {
    if (const auto v = data_view::find(value, wholes_)) beside_.push_back(node), views_.push_back(*v);
  }
  static auto drawn_by(const graph& g, node_id k) -> std::optional<drawn_numbers> {
    if (!g.is_tensor_node(k) || !g.op(k)) return {};
    const auto draws = g.op(k)->rule->draws;
    return draws ? draws(g.tensor_node_at(k).parameters.get()) : std::nullopt;
  }
  auto add_draw(const graph& g, node_id k, const drawn_numbers& d, std::vector<generator::state>& states) -> bool {
    const auto position = g.operands(k)[1];
    if (!g.is_constant(position)) return true;
    for (std::size_t i = 0; i < states.size(); ++i) {
      auto& s = states[i];
      if (s.seed != d.seed || s.stream != d.stream) continue;
      if (static_cast<double>(s.position) != g.array_value(position).item()) return false;
      s.position += static_cast<std::uint64_t>(d.blocks);
      drawn_.push_back(g.ref(position)), draws_.push_back({i, d.blocks});
      return true;
    }
    return false;
  }

  const model_face& model_;
  const step_data& data_;
  const dataset& part_;
  std::vector<array> wholes_;  // the data, and what is made of them
  const step_notes& notes_;
  const standing& before_;
  std::vector<node_ref> results_, from_, beside_, drawn_;
  std::vector<used_parameter> used_;
  std::vector<made_of_data> made_;
  std::vector<data_view> views_;
  std::vector<draw> draws_;
};

auto step_program::made(const model_face& model, const step_data& data, const dataset& part, const tensor& prediction,
                        const tensor& loss, const step_notes& notes, const standing& before) -> std::optional<step_program> {
  return maker(model, data, part, notes, before).make(prediction, loss);
}

auto step_program::agrees_with(const step_program& o) const -> bool {
  const auto same_effect = [](const step_notes::effect& a, const step_notes::effect& b) { return a.changed == b.changed; };
  // A model that lies elsewhere now is another one, whose numbers the program would not find.
  return all_parameters_ == o.all_parameters_ && generators_ == o.generators_ && parameters_ == o.parameters_ &&
         trainable_ == o.trainable_ && made_ == o.made_ && views_ == o.views_ && draws_ == o.draws_ && results_ == o.results_ &&
         condition_sources_ == o.condition_sources_ && effect_sources_ == o.effect_sources_ &&
         std::equal(effects_.begin(), effects_.end(), o.effects_.begin(), o.effects_.end(), same_effect) &&
         program_ == o.program_;
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
    if (!make_data(part)) return take_back("what is made of the data has another shape or type");
    give();
    program_.vjp_into(given_, seeds_, now_, slopes_);
    given_.clear();  // the parameters are their own again
    done.loss = now_[0].item();
    if (!std::isfinite(done.loss)) return take_back("the loss is not finite");
    for (std::size_t i = 0; i < conditions_.size(); ++i)
      if (!conditions_[i].holds(numbers_of(condition_sources_[i], now_, data_)))
        return take_back("the record is not right for these data, as its model or loss said (nn::right_while)");
    for (std::size_t i = 0; i < effects_.size(); ++i) effects_[i].apply(numbers_of(effect_sources_[i], now_, data_));
  } catch (const error& e) {
    return take_back(e.what());
  }
  done.prediction = now_[1];
  for (std::size_t i = 0; i < parameters_.size(); ++i) done.gradients[parameters_[i].number] = slopes_[i];
  return true;
}

auto step_program::take_back(std::string why) -> bool {
  given_.clear();
  why_not_ = std::move(why);
  for (std::size_t i = 0; i < before_.size(); ++i) *generators_[i] = generator(before_[i]);
  return false;
}

auto step_program::make_data(const dataset& part) -> bool {
  data_.assign({part.inputs.contiguous(), part.targets.contiguous()});
  for (const auto& m : made_) {
    data_.push_back(m.make(numbers_of(m.of, {}, data_)).contiguous());
    if (data_.back().shape() != m.shape || data_.back().type() != m.type) return false;
  }
  return true;
}

auto step_program::give() -> void {
  given_.clear();
  for (const auto& p : parameters_) given_.push_back(all_parameters_[p.number]->value());
  for (const auto& v : views_) given_.push_back(v.of(data_));
  for (const auto& d : draws_) {
    const auto at = generators_[d.generator]->take(d.blocks);
    given_.emplace_back(static_cast<std::int64_t>(at.position));
  }
}

}  // namespace seegrad::nn::detail
