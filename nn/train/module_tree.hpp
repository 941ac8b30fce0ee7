#pragma once
// The modules in a module, each with its name, its type and what it holds: the rows of a summary.

#include <nn/module/walk.hpp>

namespace seegrad::nn::detail {

struct module_row {
  std::string name;        ///< as parameters have it, "blocks.0.norm1"; empty for the whole
  std::string type;        ///< "linear"
  std::string scope;       ///< what its scope in the graph is called; empty without a label
  int depth = 0;           ///< modules around it
  index_t parameters = 0;  ///< in it and in what it holds
  std::size_t last = 0;    ///< the row behind the last of what it holds
};

/// "linear" of "seegrad::nn::linear", "sequential" of "sequential<…>".
auto short_type(std::string_view type) -> std::string;

template <class M>
class module_tree {
 public:
  explicit module_tree(M& model) { module(model, nullptr, 0); }
  std::vector<module_row> rows;

 private:
  template <class T>
  auto member(T& x, const path* here, std::size_t owner) -> void {
    using bare = std::remove_const_t<T>;
    if constexpr (std::same_as<bare, parameter>) rows[owner].parameters += x.size();
    else if constexpr (std::same_as<bare, label>) rows[owner].type = x.type(), rows[owner].scope = x.name();
    else if constexpr (leaf<bare>) return;
    else if constexpr (is_a<bare, std::vector> || is_std_array<bare>) {
      if constexpr (std::is_class_v<typename bare::value_type>)
        for (std::size_t i = 0; i < x.size(); ++i) {
          const path inside{here, {}, i};
          member(x[i], &inside, owner);
        }
    } else if constexpr (is_a<bare, std::tuple>) {
      std::size_t i = 0;
      const auto one = [&](auto& element) {
        const path inside{here, {}, i++};
        member(element, &inside, owner);
      };
      std::apply([&](auto&... element) { (one(element), ...); }, x);
    } else if constexpr (is_a<bare, std::optional> || is_a<bare, std::unique_ptr>) {
      if (x) member(*x, here, owner);
    } else if constexpr (is_a<bare, std::variant>) {
      std::visit([&](auto& chosen) { member(chosen, here, owner); }, x);
    } else {
      module(x, here, rows[owner].depth + 1);
      const auto& inner = rows.back();
      if (inner.last == rows.size() && inner.depth == rows[owner].depth + 1 && inner.scope.empty() && inner.parameters == 0)
        rows.pop_back();
    }
  }

  template <class T>
  auto module(T& x, const path* here, int depth) -> void {
    const auto mine = rows.size();
    rows.push_back({here ? here->text() : "", short_type(type_name<std::remove_const_t<T>>()), {}, depth, 0, 0});
    if constexpr (lists_fields<std::remove_const_t<T>> || std::is_aggregate_v<std::remove_const_t<T>>)
      for_each_field(x, [&]<class Field>(std::string_view name, Field& field) {
        if constexpr (std::is_class_v<std::remove_const_t<Field>>) {
          const path inside{here, name, 0};
          member(field, &inside, mine);
        }
      });
    rows[mine].last = rows.size();
    for (auto k = mine + 1; k < rows.size(); ++k)
      if (rows[k].depth == depth + 1) rows[mine].parameters += rows[k].parameters;
  }
};

}  // namespace seegrad::nn::detail
