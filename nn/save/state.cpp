#include <nn/save/state.hpp>

#include <autodiff/array/create.hpp>
#include <bit>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace seegrad::nn {

auto to_array(const generator& g) -> array {
  const auto s = g.save();
  const auto bits = [](std::uint64_t x) { return std::bit_cast<std::int64_t>(x); };
  return array(std::vector<std::int64_t>{bits(s.seed), bits(s.stream), bits(s.position)});
}

auto to_generator(const array& x) -> generator {
  if (x.type() != int64 || x.shape() != dims{3})
    throw error(fmt::format("to_generator: {} {}: a generator is int64 [3]: seed, stream and position", name_of(x.type()),
                            to_string(x.shape())));
  const auto v = x.to_vector<std::int64_t>();
  const auto bits = [&](std::size_t i) { return std::bit_cast<std::uint64_t>(v[i]); };
  return generator(generator::state{bits(0), bits(1), bits(2)});
}

namespace detail {
namespace {

auto truth(bool x) -> array { return full({}, x, boolean); }

// Shape and type are what counts: the values of a parameter, and models of generators and flags.
auto value_of(const slot& s) -> array {
  struct {
    auto operator()(const parameter* p) const -> array { return p->value(); }
    auto operator()(const buffer* b) const -> array { return b->value; }
    auto operator()(const generator* g) const -> array { return to_array(*g); }
    auto operator()(const bool* b) const -> array { return truth(*b); }
  } value;
  return std::visit(value, s.at);
}

auto kind(const array& x) -> std::string { return fmt::format("{} {}", name_of(x.type()), to_string(x.shape())); }

auto fits(const array& found, const array& old) -> bool {
  return found.shape() == old.shape() && (found.type() == old.type() || (found.is_floating() && old.is_floating()));
}

// In the model's type, and with memory that nobody else writes to, nor takes away.
auto as(const array& found, const array& old) -> array {
  if (old.is_number())
    return seegrad::detail::with_type(found.type(), [&]<class T>(T) { return array(*static_cast<const T*>(found.raw())); });
  if (found.type() != old.type() || found.is_number()) return found.cast(old.type());
  return found.is_writable_in_place() ? found : found.copy();
}

auto assign(const slot& s, array x) -> void {
  struct {
    array x;
    auto operator()(parameter* p) -> void { *p = std::move(x); }
    auto operator()(buffer* b) -> void { b->value = std::move(x); }
    auto operator()(generator* g) -> void { *g = to_generator(x); }
    auto operator()(bool* b) -> void { *b = x.item() != 0; }
  } put{std::move(x)};
  std::visit(put, s.at);
}

auto check_once(std::string_view who, const std::string& name, bool first) -> void {
  if (!first)
    throw error(fmt::format("{}: two tensors of the model are called '{}'; a function `fields` lists the name twice", who, name));
}

}  // namespace

auto named(const std::vector<slot>& slots, std::string_view who) -> state_map {
  state_map out;
  for (const auto& s : slots) check_once(who, s.name, out.emplace(s.name, value_of(s)).second);
  return out;
}

auto fill(std::string_view who, const std::vector<slot>& slots, const state_map& from, const load_options& options)
    -> load_result {
  constexpr std::size_t most = 8;  // as many as a reader takes in at once
  std::vector<std::string> wrong;
  load_result differ;
  std::vector<std::pair<const slot*, array>> news;
  std::map<std::string, const slot*> known;
  for (const auto& s : slots) {
    check_once(who, s.name, known.emplace(s.name, &s).second);
    const auto old = value_of(s);
    const auto found = from.find(s.name);
    if (found == from.end()) {
      differ.missing_keys.push_back(s.name);
      if (options.strict) wrong.push_back(fmt::format("'{}' is missing: the model has {}", s.name, kind(old)));
    } else if (!fits(found->second, old)) {
      wrong.push_back(fmt::format("'{}' is {} and the model has {}", s.name, kind(found->second), kind(old)));
    } else if (wrong.empty()) {
      news.emplace_back(&s, as(found->second, old));
    }
  }
  for (const auto& [name, x] : from)
    if (!known.contains(name)) {
      differ.unexpected_keys.push_back(name);
      if (options.strict) wrong.push_back(fmt::format("'{}' is unexpected: {}", name, kind(x)));
    }
  if (!wrong.empty()) {
    const auto more = wrong.size() > most ? fmt::format("; and {} more", wrong.size() - most) : "";
    wrong.resize(std::min(wrong.size(), most));
    throw error(fmt::format("{}: {}{}; nothing was loaded", who, fmt::join(wrong, "; "), more));
  }
  for (auto& [s, x] : news) assign(*s, std::move(x));
  return differ;
}

}  // namespace detail

}  // namespace seegrad::nn
