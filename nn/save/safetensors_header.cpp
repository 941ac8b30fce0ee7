#include <nn/save/safetensors_header.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <nn/save/elements.hpp>
#include <set>
#include <tuple>

namespace seegrad::nn::detail {
namespace {

// For messages: a name may have millions of letters.
auto shown(const std::string& name) -> std::string { return name.size() <= 200 ? name : name.substr(0, 200) + "…"; }

// Hears the words of the header one by one, so that nothing but what is expected is ever kept: no depth, no duplicates.
class listener {
 public:
  using json = nlohmann::json;

  explicit listener(safetensors_header& to) : to_(to) {}

  auto start_object(std::size_t) -> bool {
    if (in_list_) fail("an object in a list");
    if (depth_ == 0) return depth_ = 1, true;
    if (depth_ == 1) {
      depth_ = 2;
      if (!in_metadata_) to_.entries.push_back({.name = name_, .type = {}, .shape = {}}), seen_.clear();
      return true;
    }
    fail("an object in an object");
  }
  auto end_object() -> bool {
    if (depth_ == 2 && !in_metadata_) close_entry();
    if (depth_ == 2) in_metadata_ = false;
    --depth_;
    return true;
  }
  auto key(std::string& word) -> bool {
    if (depth_ == 1) {
      if (!names_.insert(word).second) fail(fmt::format("the name '{}' stands twice", shown(word)));
      name_ = word;
      in_metadata_ = word == "__metadata__";
    } else {
      key_ = word;
      if (in_metadata_ && to_.metadata.contains(word)) fail(fmt::format("'{}' stands twice in __metadata__", shown(word)));
      if (!in_metadata_ && word != "dtype" && word != "shape" && word != "data_offsets")
        fail_entry(fmt::format("'{}' is none of dtype, shape and data_offsets", shown(word)));
      if (!in_metadata_ && !seen_.insert(word).second) fail_entry(fmt::format("{} stands twice", word));
    }
    return true;
  }
  auto string(std::string& text) -> bool {
    if (depth_ == 2 && in_metadata_) return to_.metadata[key_] = text, true;
    if (depth_ != 2 || in_list_ || key_ != "dtype") refuse("text");
    auto& e = to_.entries.back();
    e.type = text, e.width = static_cast<std::uint64_t>(width_of_elements(text).value_or(0));
    return true;
  }
  auto start_array(std::size_t) -> bool {
    if (depth_ != 2 || in_metadata_ || in_list_ || key_ == "dtype") refuse("a list");
    return in_list_ = true;
  }
  auto end_array() -> bool {
    if (key_ == "data_offsets" && offsets_ != 2) fail_entry(fmt::format("its data_offsets are {} numbers, not 2", offsets_));
    offsets_ = 0;
    in_list_ = false;
    return true;
  }
  auto number_unsigned(std::uint64_t n) -> bool {
    if (!in_list_) refuse("a number");
    auto& e = to_.entries.back();
    if (key_ == "shape") {
      if (e.shape.size() == seegrad::detail::max_rank)
        fail_entry(fmt::format("it has more than {} axes", seegrad::detail::max_rank));
      if (n > static_cast<std::uint64_t>(std::numeric_limits<index_t>::max())) fail_entry(fmt::format("an axis of {}", n));
      e.shape.push(static_cast<index_t>(n));
    } else {
      if (offsets_++ > 1) fail_entry("its data_offsets are more than 2 numbers");
      (offsets_ == 1 ? e.begin : e.end) = n;
    }
    return true;
  }
  auto number_integer(std::int64_t n) -> bool { fail_entry(fmt::format("{} where a whole number of 0 or more is due", n)); }
  auto number_float(double, const std::string& text) -> bool {
    fail_entry(fmt::format("{} where a whole number below 2^64 is due", shown(text)));
  }
  auto null() -> bool { refuse("null"); }
  auto boolean(bool) -> bool { refuse("a truth value"); }
  auto binary(json::binary_t&) -> bool { refuse("bytes"); }
  auto parse_error(std::size_t at, const std::string&, const json::exception&) -> bool {
    fail(fmt::format("it is no valid JSON in UTF-8 at its byte {}", at));
  }

 private:
  [[noreturn]] static auto fail(std::string_view why) -> void { throw error(fmt::format("its header is wrong: {}", why)); }
  [[noreturn]] auto fail_entry(std::string_view why) const -> void {
    if (depth_ != 2) fail(why);
    throw error(fmt::format("'{}': {}", shown(name_), why));
  }
  [[noreturn]] auto refuse(std::string_view what) const -> void {
    fail_entry(fmt::format("{} where {} is due", what,
                           depth_ < 2        ? "an object of names"
                           : in_metadata_    ? "text"
                           : in_list_        ? "a number"
                           : key_ == "dtype" ? "a type in quotes"
                                             : "a list of numbers"));
  }
  auto close_entry() -> void {
    for (const auto* needed : {"dtype", "shape", "data_offsets"})
      if (!seen_.contains(needed)) fail_entry(fmt::format("{} is missing", needed));
    const auto& e = to_.entries.back();
    if (e.begin > e.end) fail_entry(fmt::format("it begins at byte {} and ends at {}", e.begin, e.end));
    // More than 2^48 elements are refused here, so that the product cannot overflow.
    std::uint64_t size = 0;
    try {
      size = static_cast<std::uint64_t>(elements(e.shape)) * e.width;
    } catch (const error& wrong) {
      fail_entry(wrong.what());
    }
    if (e.width > 0 && e.end - e.begin != size)
      fail_entry(
          fmt::format("{} {} has {} bytes, but data_offsets set {} aside", e.type, to_string(e.shape), size, e.end - e.begin));
  }

  safetensors_header& to_;
  int depth_ = 0, offsets_ = 0;
  bool in_list_ = false, in_metadata_ = false;
  std::string name_, key_;
  std::set<std::string> names_, seen_;
};

}  // namespace

auto read_safetensors_header(std::string_view json, std::uint64_t bytes) -> safetensors_header {
  if (!json.starts_with('{')) throw error("its header does not begin with '{': it is no .safetensors file, or damaged");
  safetensors_header out;
  listener hears(out);
  nlohmann::json::sax_parse(json.begin(), json.end(), &hears);

  std::sort(out.entries.begin(), out.entries.end(),
            [](const auto& a, const auto& b) { return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name); });
  std::uint64_t at = 0;
  const safetensors_entry* before = nullptr;
  for (const auto& e : out.entries) {
    if (e.begin < at)
      throw error(fmt::format("'{}' begins at byte {}, inside '{}'", shown(e.name), e.begin, shown(before->name)));
    if (e.begin > at)
      throw error(fmt::format("'{}' begins at byte {}, and the bytes from {} on are nobody's", shown(e.name), e.begin, at));
    if (e.end > bytes)
      throw error(
          fmt::format("'{}' ends at byte {}, but only {} follow the header; it is cut off?", shown(e.name), e.end, bytes));
    at = e.end;
    before = &e;
  }
  if (at != bytes) throw error(fmt::format("{} bytes after the last array are nobody's", bytes - at));
  return out;
}

}  // namespace seegrad::nn::detail
