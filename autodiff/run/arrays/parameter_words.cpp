#include <autodiff/run/arrays/parameter_words.hpp>

#include <autodiff/ops/table/structural_list.hpp>
#include <autodiff/trace/tie.hpp>
#include <map>
#include <mutex>
#include <set>

namespace seegrad::detail::run {
namespace {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

constexpr auto last_of(dtype) -> int { return static_cast<int>(float64); }
constexpr auto last_of(keep) -> int { return static_cast<int>(keep::axes); }

template <class T>
auto write(std::string& out, const T& x) -> void {
  if constexpr (std::same_as<T, bool>) out += x ? " 1" : " 0";
  else if constexpr (std::is_enum_v<T>) out += fmt::format(" {}", static_cast<int>(x));
  else if constexpr (std::is_arithmetic_v<T>) out += fmt::format(" {}", x);
  else if constexpr (std::same_as<T, dims>) out += " " + list_text(x);
  else if constexpr (std::same_as<T, axes>) out += " " + (x.are_all() ? "all" : list_text(x.list()));
  else if constexpr (std::same_as<T, sides>) out += fmt::format(" {} {}", x.h, x.w);
  else if constexpr (std::same_as<T, std::string_view>) {
    out += " '";
    for (const char c : x) out += c == ' ' ? '_' : c;
  } else if constexpr (is_optional<T>) {
    out += x ? " some" : " none";
    if (x) write(out, *x);
  } else {
    std::apply([&](const auto*... field) { (write(out, *field), ...); }, addresses_of_fields<T>(x));
  }
}

// Names are of the library and few; those of a file are kept as long as the program runs.
auto kept_name(std::string_view word) -> std::string_view {
  static std::mutex access;
  static std::set<std::string, std::less<>> all;
  std::string name(word.substr(0, 40));
  for (auto& c : name)
    if (c == '_') c = ' ';
  const std::lock_guard lock(access);
  return *all.insert(std::move(name)).first;
}

template <class T>
auto read(file_lines& from, T& x) -> void {
  constexpr std::string_view what = "a parameter";
  if constexpr (std::same_as<T, bool> || std::is_enum_v<T>) {
    const auto n = from.number<int>(what);
    int last = 1;
    if constexpr (std::is_enum_v<T>) last = last_of(T{});
    if (n < 0 || n > last) from.wrong(fmt::format("a parameter is {}, and must be from 0 to {}", n, last));
    x = static_cast<T>(n);
  } else if constexpr (std::is_arithmetic_v<T>) {
    x = from.number<T>(what);
    // An int is an axis, counted from the front when it was recorded.
    if (std::same_as<T, int> && (x < 0 || x >= static_cast<T>(max_rank))) from.wrong(fmt::format("{} is no axis", x));
  } else if constexpr (std::same_as<T, dims>) x = from.list(what);
  else if constexpr (std::same_as<T, axes>) {
    const auto word = from.word(what);
    x = word == "all" ? axes() : axes(from.list_of(word, what));
  } else if constexpr (std::same_as<T, sides>) read(from, x.h), read(from, x.w);
  else if constexpr (std::same_as<T, std::string_view>) {
    const auto word = from.word(what);
    if (!word.starts_with('\'')) from.wrong("a name as 'q is wanted");
    x = kept_name(word.substr(1));
  } else if constexpr (is_optional<T>) {
    x.reset();
    if (!from.skip("none")) {
      if (!from.skip("some")) from.wrong("none or some is wanted");
      read(from, x.emplace());
    }
  } else {
    std::apply([&](auto*... field) { (read(from, *field), ...); }, addresses_of_fields<T>(x));
  }
}

template <class Op>
constexpr parameter_words words{.write = [](const void* p) -> std::string {
                                  std::string out;
                                  if constexpr (!std::is_empty_v<typename Op::parameters>)
                                    if (p) write(out, *static_cast<const typename Op::parameters*>(p));
                                  return out;
                                },
                                .read = [](file_lines& from) -> std::shared_ptr<const void> {
                                  if constexpr (std::is_empty_v<typename Op::parameters>) return nullptr;
                                  else {
                                    auto p = std::make_shared<typename Op::parameters>();
                                    return read(from, *p), p;
                                  }
                                }};

template <class... Ops>
auto all_words(operation_list<Ops...>) -> std::map<const operation*, const parameter_words*> {
  return {{&structural_operation<Ops>(), &words<Ops>}...};
}

}  // namespace

auto words_of(const operation& op) -> const parameter_words* {
  static const auto all = all_words(all_structural_operations{});
  const auto at = all.find(&op);
  return at == all.end() ? nullptr : at->second;
}

}  // namespace seegrad::detail::run
