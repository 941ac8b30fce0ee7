#pragma once
// The lines of a program in a file, word by word. What is wrong is said with the number of its line.

#include <algorithm>
#include <autodiff/array/dims.hpp>
#include <autodiff/array/error.hpp>
#include <autodiff/array/from_chars.hpp>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <istream>
#include <string>
#include <string_view>
#include <utility>

namespace seegrad::detail::run {

/// [2,3]
inline auto list_text(const dims& list) -> std::string { return fmt::format("[{}]", fmt::join(list, ",")); }

class file_lines {
 public:
  explicit file_lines(std::istream& in) : in_(in) {}

  [[noreturn]] auto wrong(const std::string& what) const -> void { throw error(fmt::format("line {}: {}", number_, what)); }
  auto count() const -> std::size_t { return number_; }
  auto line() const -> const std::string& { return line_; }

  /// Throws at the end of the file.
  auto next() -> void {
    ++number_;
    if (!std::getline(in_, line_)) wrong("it is cut off before its line \"end\"");
    rest_ = line_;
  }
  auto word(std::string_view what) -> std::string_view {
    const auto begin = rest_.find_first_not_of(' ');
    if (begin == std::string_view::npos) wrong(fmt::format("{} is missing", what));
    rest_.remove_prefix(begin);
    const auto word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(word.size());
    return word;
  }
  template <class T>
  auto number(std::string_view what) -> T {
    const auto w = word(what);
    T x{};
    const auto [end, status] = seegrad::detail::from_chars(w.data(), w.data() + w.size(), x);
    if (status != std::errc() || end != w.data() + w.size())
      wrong(fmt::format("{} is \"{}\", which is no number there", what, w.substr(0, 40)));
    return x;
  }
  /// As list_text writes it.
  auto list(std::string_view what) -> dims { return list_of(word(what), what); }
  auto list_of(std::string_view word, std::string_view what) const -> dims {
    dims d;
    const auto fail = [&] { wrong(fmt::format("{} is \"{}\"; a list as [2,3] is wanted", what, word.substr(0, 40))); };
    if (word.size() < 2 || word.front() != '[' || word.back() != ']') fail();
    for (auto left = word.substr(1, word.size() - 2); !left.empty();) {
      const auto one = left.substr(0, left.find(','));
      index_t n = 0;
      const auto [end, status] = std::from_chars(one.data(), one.data() + one.size(), n);
      if (status != std::errc() || end != one.data() + one.size() || d.size() == max_rank) fail();
      d.push(n);
      left.remove_prefix(std::min(one.size() + 1, left.size()));
    }
    return d;
  }
  /// Whether that is the next word, which is then taken.
  auto skip(std::string_view expected) -> bool {
    auto ahead = rest_;
    const auto begin = ahead.find_first_not_of(' ');
    if (begin == std::string_view::npos) return false;
    ahead.remove_prefix(begin);
    if (ahead.substr(0, ahead.find(' ')) != expected) return false;
    rest_ = ahead.substr(expected.size());
    return true;
  }
  /// What stands behind the last word and a space.
  auto rest() -> std::string_view {
    if (!rest_.empty()) rest_.remove_prefix(1);
    return std::exchange(rest_, {});
  }
  auto end_of_line() const -> void {
    if (rest_.find_first_not_of(' ') != std::string_view::npos)
      wrong(fmt::format("there is more than it should have:{}", rest_.substr(0, 40)));
  }

 private:
  std::istream& in_;
  std::string line_;
  std::string_view rest_;
  std::size_t number_ = 0;
};

}  // namespace seegrad::detail::run
