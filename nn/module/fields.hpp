#pragma once
// The fields of a struct, with their names: how modules are found inside modules.
//
//   struct mlp {
//     nn::linear hidden{784, 128}, output{128, 10};
//     auto operator()(const tensor& x) -> tensor { return output(relu(hidden(x))); }
//   };
//
// A module is any aggregate: a struct without constructors, whose fields are public. Nothing is registered, so nothing can be forgotten. A
// struct with constructors lists its fields itself, as the layers here do:
//
//   template <class Self>
//   static auto fields(Self& self, auto&& see) -> void { see("weight", self.weight), see("bias", self.bias); }
//
// One that leaves out a member as large as a parameter is told so when it is used; a member without parameters may be listed, too.
//
// C++20 has no reflection. How many fields an aggregate has is found by trying how many values it can be made from; a structured binding
// names them; and a name is read off the compiler's own text for a pointer to the field of an object that is only declared. (The technique is
// that of Boost.PFR.) Aggregates have at most 24 fields here, and no C arrays; std::array is as good.

#include <atomic>
#include <autodiff/trace/tie.hpp>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace seegrad::nn {

namespace detail {

/// Which bytes of an object its list of fields covers. A gap in which a parameter has room is a member that was forgotten, and that training
/// would leave as it is. Where fields stand elsewhere, as in a map, nothing can be said.
class listed_bytes {
 public:
  listed_bytes(const void* object, std::size_t size) : object_(static_cast<const char*>(object)), size_(size) {}
  auto add(const void* field, std::size_t size) -> void;
  /// Throws if there is one.
  auto expect_no_gap(std::string_view type) const -> void;

 private:
  const char* object_;
  std::size_t size_;
  std::vector<std::pair<std::size_t, std::size_t>> covered_;
  bool elsewhere_ = false;
};

/// As the compiler writes it: "my_block".
template <class T>
consteval auto type_name() -> std::string_view {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  return text.substr(0, text.find_first_of(";]"));
}

}  // namespace detail

/// Lists its fields itself.
template <class T>
concept lists_fields = requires(T& x) { T::fields(x, [](std::string_view, auto&) {}); };

namespace detail {

#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

template <class T>
struct declared {
  T value;
};
// Never defined: only the addresses of its fields are named, while compiling.
template <class T>
extern const declared<T> only_declared;

template <class P>
struct pointer_to {
  P address;
};
template <class P>
pointer_to(P) -> pointer_to<P>;

// g++ ends its text with `mlp::hidden)}; …` and clang with `.hidden}]`: the name is the last word before the bracket.
template <auto P>
consteval auto last_word() -> std::string_view {
  std::string_view text = __PRETTY_FUNCTION__;
#ifdef __clang__
  text = text.substr(0, text.rfind('}'));
#else
  text = text.substr(0, text.find(")}"));
#endif
  return text.substr(text.find_last_of(".:") + 1);
}

template <class T, std::size_t I>
consteval auto field_name() -> std::string_view {
  return last_word<pointer_to{std::get<I>(seegrad::detail::addresses_of_fields<T>(only_declared<T>.value))}>();
}

#ifdef __clang__
#pragma clang diagnostic pop
#endif

}  // namespace detail

/// see(name, field) for each field, in order. Throws if a class with a list of its own leaves out a member that may have parameters.
template <class T, class F>
auto for_each_field(T& x, F&& see) -> void {
  using bare = std::remove_const_t<T>;
  if constexpr (lists_fields<bare>) {
    static std::atomic<bool> is_known = false;  // looking at one object of a class is enough
    if (is_known.load(std::memory_order_relaxed)) return void(bare::fields(x, see));
    detail::listed_bytes listed(&x, sizeof(bare));
    bare::fields(x, [&](std::string_view name, auto& field) {
      listed.add(&field, sizeof(field));
      see(name, field);
    });
    listed.expect_no_gap(detail::type_name<bare>());
    is_known.store(true, std::memory_order_relaxed);
  } else {
    static_assert(std::is_aggregate_v<bare>, "give this module a static function `fields`, as nn/module/fields.hpp shows");
    const auto all = seegrad::detail::addresses_of_fields<bare>(x);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (see(detail::field_name<bare, I>(), *std::get<I>(all)), ...);
    }(std::make_index_sequence<std::tuple_size_v<decltype(all)>>{});
  }
}

}  // namespace seegrad::nn
