#include <nn/train/predictor.hpp>

#include <fmt/format.h>
#include <nn/train/defaults.hpp>

namespace seegrad::nn {

auto predictor::check_form(const array& x) const -> void {
  if (x.shape() != shape_ || x.type() != type_)
    throw error(
        fmt::format("predictor: the inputs are {} {}, and it was compiled for {} {}; compile the model for that shape, too",
                    to_string(x.shape()), name_of(x.type()), to_string(shape_), name_of(type_)));
}

auto predictor::record(const tensor& x) const -> tensor {
  check_form(x.value());
  static_cast<void>((*this)(x.value()));  // asks what its modules refuse
  const detail::data_view whole{0, shape_, seegrad::detail::row_major(shape_), 0};
  const std::array data{x.value().contiguous()};
  std::vector<tensor> given;
  for (const auto& v : views_) {
    if (x.is_constant()) {
      given.emplace_back(v.of(data));
      continue;
    }
    if (!(v == whole)) throw error("predictor: the model looks at parts of its inputs, which a record does not know as such");
    given.push_back(x);
  }
  return program_.record(given)[0];
}

auto predictor::operator()(const array& x) const -> array {
  check_form(x);
  const std::array data{x.contiguous()};
  std::vector<array> given;
  for (const auto& v : views_) given.push_back(v.of(data));
  const auto results = program_.values(given);
  for (std::size_t i = 0; i < conditions_.size(); ++i)
    if (!conditions_[i](numbers_of(looked_at_[i], results, data)))
      throw error(
          "predictor: a module refuses these inputs, or goes another way with them than with the example; the model itself says more");
  return results[0];
}

namespace {

// All parameters trained until the end of the block, and then as before: what only frozen ones meet would not be recorded.
class unfrozen {
 public:
  explicit unfrozen(const detail::model_face& model) : all_(model.parameters()) {
    for (auto* p : all_) before_.push_back(std::exchange(p->trainable, true));
  }
  ~unfrozen() {
    for (std::size_t i = 0; i < all_.size(); ++i) all_[i]->trainable = before_[i];
  }
  unfrozen(const unfrozen&) = delete;
  auto operator=(const unfrozen&) -> unfrozen& = delete;

 private:
  std::vector<parameter*> all_;
  std::vector<bool> before_;
};

}  // namespace

auto detail::compile(const model_face& model, const array& given) -> predictor {
  const auto example = given.contiguous();
  const mode_guard used(model, false);
  const unfrozen recorded(model);
  graph g(with_guards);
  const step_notes notes;
  const auto x = example.is_floating() ? input(example, "x") : tensor(example);
  const auto y = model.forward(x);
  const std::array data{example};
  std::vector<node_ref> results{y.ref()}, inputs;
  std::vector<data_view> views;
  for (node_id k = 0; k < g.size(); ++k) {
    if (!g.is_tensor(k) || !(g.is_constant(k) || g.ref(k) == x.ref())) continue;
    if (const auto v = data_view::find(g.tensor_node_at(k).value, data)) inputs.push_back(g.ref(k)), views.push_back(*v);
  }
  if (y.is_constant() || inputs.empty())
    throw error("compile: what the model gives does not depend on its inputs or its parameters");
  std::vector<number_sources> looked_at;
  for (const auto& c : notes.conditions) looked_at.push_back(sources_of(c.of, data, results));
  predictor p(seegrad::detail::compile_arrays(results, {}, inputs));
  p.shape_ = example.shape(), p.type_ = example.type();
  p.views_ = std::move(views), p.looked_at_ = std::move(looked_at);
  for (const auto& c : notes.conditions) p.conditions_.push_back(c.holds);
  return p;
}

}  // namespace seegrad::nn
