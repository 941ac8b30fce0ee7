#include <algorithm>
#include <autodiff/array/error.hpp>
#include <fmt/format.h>
#include <nn/save/elements.hpp>
#include <nn/save/pytorch_tensors.hpp>
#include <optional>
#include <vector>

namespace seegrad::nn::detail {
namespace {

constexpr int deepest = 100;

auto shown(const std::string& text) -> std::string { return text.size() <= 100 ? text : text.substr(0, 100) + "…"; }

auto name_of(const pickled& p) -> std::string_view {
  const auto* name = p.as<pickled::name>();
  return name ? std::string_view(name->text) : std::string_view();
}
auto item(const pickled::list& items, std::size_t i) -> const pickled& {
  if (i >= items.size()) throw error("a tensor is described by too few values");
  return *items[i];
}
template <class T>
auto need(const pickled& p, std::string_view what) -> const T& {
  if (const auto* x = p.as<T>()) return *x;
  throw error(fmt::format("{} of a tensor is not what it must be", what));
}
auto need_place(const pickled& p, std::string_view what) -> std::int64_t {
  const auto x = need<std::int64_t>(p, what);
  if (x < 0) throw error(fmt::format("{} of a tensor is {}", what, x));
  return x;
}
auto dims_of(const pickled& p, std::string_view what) -> dims {
  dims out;
  for (const auto* x : need<pickled::list>(p, what)) {
    if (out.size() == seegrad::detail::max_rank)
      throw error(fmt::format("a tensor has more than {} axes", seegrad::detail::max_rank));
    out.push(need_place(*x, what));
  }
  return out;
}

auto type_of_storage(std::string_view name) -> std::string {
  static constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"Double", "F64"}, {"Float", "F32"}, {"Half", "F16"}, {"BFloat16", "BF16"}, {"Long", "I64"},
      {"Int", "I32"},    {"Short", "I16"}, {"Char", "I8"},  {"Byte", "U8"},       {"Bool", "BOOL"}};
  for (const auto& [word, type] : known)
    if (name == fmt::format("torch.{}Storage", word) || name == fmt::format("torch.cuda.{}Storage", word))
      return std::string(type);
  return {};
}
// What a storage without a type holds is said by the tensor.
auto type_of_word(std::string_view name) -> std::string {
  static constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"float64", "F64"}, {"float32", "F32"},         {"float16", "F16"}, {"bfloat16", "BF16"}, {"float8_e4m3fn", "F8_E4M3"},
      {"int64", "I64"},   {"float8_e5m2", "F8_E5M2"}, {"int32", "I32"},   {"int16", "I16"},     {"int8", "I8"},
      {"uint64", "U64"},  {"uint32", "U32"},          {"uint16", "U16"},  {"uint8", "U8"},      {"bool", "BOOL"}};
  for (const auto& [word, type] : known)
    if (name == fmt::format("torch.{}", word)) return std::string(type);
  return {};
}

auto is_dense(std::string_view function) -> bool {
  return function == "torch._utils._rebuild_tensor" || function == "torch._utils._rebuild_tensor_v2" ||
         function == "torch._utils._rebuild_tensor_v3";
}

auto view_of(std::string_view function, const pickled& arguments) -> storage_view {
  const auto& x = need<pickled::list>(arguments, "the description");
  const auto& id = need<pickled::list>(*need<pickled::persistent>(item(x, 0), "the storage").id, "the storage");
  storage_view v{need<std::string>(item(id, 2), "the storage's key"), {}, 0, 0, {}, {}};
  v.offset = need_place(item(x, 1), "the offset"), v.shape = dims_of(item(x, 2), "the shape"),
  v.strides = dims_of(item(x, 3), "the strides");
  v.count = need_place(item(id, 4), "the storage's size");
  if (v.shape.size() != v.strides.size()) throw error("a tensor's shape and strides differ in length");
  const bool is_untyped = function.ends_with("_v3");
  const auto word = name_of(is_untyped ? item(x, 6) : item(id, 1));
  v.type = is_untyped ? type_of_word(word) : type_of_storage(word);
  if (v.type.empty()) throw error(fmt::format("elements of {} are not read", word.empty() ? "an unknown type" : word));
  if (is_untyped) v.count /= *width_of_elements(v.type);
  // Before 1.6 a storage could be a part of another.
  if (id.size() > 5)
    if (const auto* part = item(id, 5).as<pickled::list>()) v.offset += need_place(item(*part, 1), "the offset"), v.count = -1;
  return v;
}

class finding {
 public:
  auto visit(const pickled& p, const std::string& name, int depth) -> void {
    if (depth > deepest) throw error(fmt::format("its dictionaries are more than {} deep", deepest));
    if (const auto* d = p.as<pickled::dictionary>()) {
      for (const auto& [key, value] : *d)
        if (const auto word = text_of(*key)) visit(*value, join(name, *word), depth + 1);
    } else if (const auto* l = p.as<pickled::list>()) {
      for (std::size_t i = 0; i < l->size(); ++i) visit(*(*l)[i], join(name, std::to_string(i)), depth + 1);
    } else if (const auto* c = p.as<pickled::call>()) {
      take(*c, name, depth);
    }
  }
  std::map<std::string, storage_view> found;

 private:
  static auto join(const std::string& name, const std::string& key) -> std::string {
    return name.empty() ? key : name + "." + key;
  }
  static auto text_of(const pickled& key) -> std::optional<std::string> {
    if (const auto* text = key.as<std::string>()) return *text;
    if (const auto* number = key.as<std::int64_t>()) return std::to_string(*number);
    return {};
  }
  auto take(const pickled::call& c, const std::string& name, int depth) -> void {
    const auto function = name_of(*c.of);
    const auto* arguments = c.arguments->as<pickled::list>();
    // A parameter is its tensor with more around it.
    if (function.starts_with("torch._utils._rebuild_parameter") && arguments && !arguments->empty())
      return visit(*arguments->front(), name, depth + 1);
    if (!is_dense(function)) {
      if (function.starts_with("torch._utils._rebuild"))
        throw error(fmt::format("'{}' is made by {}, and only dense tensors are read", shown(name), function));
      return;
    }
    try {
      if (!found.emplace(name, view_of(function, *c.arguments)).second) throw error("two tensors have this name");
    } catch (const error& e) {
      throw error(fmt::format("'{}': {}", shown(name), e.what()));
    }
  }
};

auto keys_of(const pickled& p) -> std::string {
  std::string keys;
  if (const auto* d = p.as<pickled::dictionary>())
    for (const auto& [key, value] : *d)
      if (const auto* text = key->as<std::string>(); text && keys.size() < 300)
        keys += (keys.empty() ? "'" : ", '") + shown(*text) + "'";
  return keys.empty() ? "no names" : keys;
}

auto at(const pickled& all, const std::string& under) -> const pickled& {
  const auto* here = &all;
  for (std::size_t from = 0; from < under.size();) {
    const auto to = std::min(under.find('/', from), under.size());
    const auto key = under.substr(from, to - from);
    const pickled* next = nullptr;
    if (const auto* d = here->as<pickled::dictionary>())
      for (const auto& [k, value] : *d)
        if (const auto* text = k->as<std::string>(); text && *text == key) next = value;
    if (!next) throw error(fmt::format("there is nothing under '{}'; it holds {}", shown(under), keys_of(*here)));
    here = next, from = to + 1;
  }
  return *here;
}

}  // namespace

auto tensors_of(const pickled& all, const std::string& under) -> std::map<std::string, storage_view> {
  const auto& from = at(all, under);
  if (const auto* c = from.as<pickled::call>(); c && !is_dense(name_of(*c->of)) && !name_of(*c->of).starts_with("torch._utils."))
    throw error(fmt::format("it is an object of class {}, which only its program can build; save its state_dict() in its place",
                            shown(std::string(name_of(*c->of)))));
  finding f;
  f.visit(from, "", 0);
  if (f.found.empty()) throw error(fmt::format("no tensors are in it; it holds {}", keys_of(from)));
  return std::move(f.found);
}

}  // namespace seegrad::nn::detail
