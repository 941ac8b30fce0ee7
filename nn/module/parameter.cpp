#include <nn/module/parameter.hpp>

namespace seegrad::nn {

auto detail::trained_numbers(array value) -> array {
  if (value.is_floating()) return value;
  return value.is_number() ? array(value.item()) : value.cast(float64);
}

auto parameter::operator=(array value) -> parameter& {
  node_ = tensor(detail::trained_numbers(std::move(value)));
  return *this;
}

auto parameter::enter(std::string_view name) const -> tensor {
  if (!trainable || !graph::is_recording()) return value();
  // In an outer stretch of the graph, before a mark, it may have a node already; two would share the gradient between them.
  if (node_.ref() != 0 && graph::active().has(node_.ref())) return node_;
  node_ = name.empty() ? input(value()) : input(value(), name);
  last_ = node_.ref();
  return node_;
}

namespace {

auto handle_of(const parameter& p, const char* who) -> tensor {
  if (p.ref() == 0 || !graph::is_active() || !graph::active().has(p.ref()))
    throw error(
        std::string(who) +
        ": the parameter was not used in the active graph, or it is frozen; compute the loss with it in this graph first");
  return {p.value(), p.ref()};
}

}  // namespace

auto grad(const parameter& p) -> array { return seegrad::grad(handle_of(p, "grad")); }

auto has_grad(const parameter& p) -> bool {
  if (!p.trainable || p.ref() == 0 || !graph::is_active()) return false;
  const auto& g = graph::active();
  return g.has(p.ref()) && g.swept(g.id(p.ref(), "has_grad"));
}

auto label::set(std::string_view member) -> void {
  const auto last = member.substr(member.rfind('.') + 1);
  const bool is_number = !last.empty() && last.find_first_not_of("0123456789") == std::string_view::npos;
  if (member.empty()) name_ = type_;
  else if (is_number) name_ = std::string(member) + " " + std::string(type_);
  else name_ = member;
}

auto label::place() const -> std::string {
  if (name_ == type_) return {};
  const bool has_type = name_.ends_with(" " + std::string(type_));
  return has_type ? name_ : name_ + " " + std::string(type_);
}

function_scope::function_scope(std::string_view name, scope_kind kind) {
  if (!graph::is_recording()) return;
  graph_ = &graph::active();
  id_ = graph_->open_scope(name, kind);
}

function_scope::~function_scope() {
  if (graph_) graph_->close_scope(id_);
}

namespace {
thread_local generator drawn_from(0);
}

auto default_generator() -> generator& { return drawn_from; }
auto manual_seed(std::uint64_t seed) -> void { drawn_from = generator(seed); }

}  // namespace seegrad::nn
