#include <nn/save/safetensors.hpp>

#include <algorithm>
#include <array>
#include <autodiff/array/error.hpp>
#include <autodiff/array/file.hpp>
#include <autodiff/array/half.hpp>
#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <nn/save/safetensors_header.hpp>
#include <vector>

namespace seegrad::nn {
namespace {

static_assert(std::endian::native == std::endian::little, "the elements are written and read as they lie in memory");

constexpr std::uint64_t longest_header = 100'000'000;

// --- reading ---------------------------------------------------------------------------------------------------------------

struct opened {
  detail::safetensors_header header;
  std::uint64_t data;  // where the elements begin
};

auto read(std::istream& in, void* to, std::uint64_t n) -> void {
  in.read(static_cast<char*>(to), static_cast<std::streamsize>(n));
  if (static_cast<std::uint64_t>(in.gcount()) != n) throw error("it is cut off");
}

auto open(std::istream& in) -> opened {
  in.seekg(0, std::ios::end);
  const std::int64_t found = in.tellg();
  in.seekg(0);
  if (found < 0 || !in) throw error("it cannot be positioned");
  const auto size = static_cast<std::uint64_t>(found);
  if (size < 8) throw error(fmt::format("it has {} bytes; a .safetensors file begins with 8 bytes of length", size));
  std::uint64_t length = 0;
  read(in, &length, 8);
  if (length > longest_header)
    throw error(fmt::format("its header would have {} bytes, and {} are the most", length, longest_header));
  if (length > size - 8) throw error(fmt::format("its header would have {} bytes, but only {} are there", length, size - 8));
  std::string json(length, '\0');
  read(in, json.data(), length);
  return {detail::read_safetensors_header(json, size - 8 - length), 8 + length};
}

// The upper half of a float32.
auto from_bfloat(std::uint16_t h) -> float { return std::bit_cast<float>(std::uint32_t{h} << 16); }

template <class From, class F>
auto converted(std::istream& in, const detail::safetensors_entry& e, F f) -> array {
  using to = decltype(f(From{}));
  std::vector<From> raw((e.end - e.begin) / sizeof(From));
  if (!raw.empty()) read(in, raw.data(), e.end - e.begin);
  auto out = array::uninitialized(dtype_of<to>, e.shape);
  std::transform(raw.begin(), raw.end(), static_cast<to*>(out.raw()), f);
  return out;
}

auto read_array(std::istream& in, const detail::safetensors_entry& e) -> array {
  const auto plain = [&](dtype type) {
    auto out = array::uninitialized(type, e.shape);
    if (out.size() > 0) read(in, out.raw(), e.end - e.begin);
    return out;
  };
  const auto whole = [](auto x) { return std::int64_t{x}; };
  if (e.type == "F64") return plain(float64);
  if (e.type == "F32") return plain(float32);
  if (e.type == "I64") return plain(int64);
  if (e.type == "F16") return converted<std::uint16_t>(in, e, seegrad::detail::from_half);
  if (e.type == "BF16") return converted<std::uint16_t>(in, e, from_bfloat);
  if (e.type == "I32") return converted<std::int32_t>(in, e, whole);
  if (e.type == "I16") return converted<std::int16_t>(in, e, whole);
  if (e.type == "I8") return converted<std::int8_t>(in, e, whole);
  if (e.type == "U32") return converted<std::uint32_t>(in, e, whole);
  if (e.type == "U16") return converted<std::uint16_t>(in, e, whole);
  if (e.type == "U8") return converted<std::uint8_t>(in, e, whole);
  return converted<std::uint8_t>(in, e, [](auto x) { return x != 0; });
}

auto read_all(std::istream& in) -> std::map<std::string, array> {
  const auto from = open(in);
  std::map<std::string, array> out;
  for (const auto& e : from.header.entries) {
    in.seekg(static_cast<std::streamoff>(from.data + e.begin));
    out.emplace(e.name, read_array(in, e));
  }
  return out;
}

template <class F>
auto named_after(const std::string& who, F f) -> decltype(f()) {
  try {
    return f();
  } catch (const error& e) {
    throw error(fmt::format("{}: {}", who, e.what()));
  }
}

// --- writing ---------------------------------------------------------------------------------------------------------------

auto word_for(dtype t) -> std::string_view { return t == float64 ? "F64" : t == float32 ? "F32" : t == int64 ? "I64" : "BOOL"; }
// As the reference orders them, from the widest.
auto rank_of(dtype t) -> int { return t == int64 ? 0 : t == float64 ? 1 : t == float32 ? 2 : 3; }

auto quoted(const std::string& text) -> std::string {
  try {
    return nlohmann::json(text).dump();
  } catch (const nlohmann::json::exception&) {
    throw error(fmt::format("save_safetensors: '{}' is not UTF-8, which a name or a word of the metadata must be", text));
  }
}

}  // namespace

auto save_safetensors(std::ostream& out, const std::map<std::string, array>& arrays,
                      const std::map<std::string, std::string>& metadata) -> void {
  if (arrays.contains("__metadata__"))
    throw error("save_safetensors: an array cannot be called '__metadata__'; the format needs the name");
  using item = std::map<std::string, array>::value_type;
  std::vector<const item*> sorted;
  for (const auto& a : arrays) sorted.push_back(&a);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const item* a, const item* b) { return rank_of(a->second.type()) < rank_of(b->second.type()); });

  std::string json = "{";
  const auto comma = [&] { json += json.back() == '{' ? "" : ","; };
  if (!metadata.empty()) {
    json += "\"__metadata__\":{";
    for (const auto& [key, text] : metadata) comma(), json += quoted(key) + ":" + quoted(text);
    json += "}";
  }
  std::uint64_t at = 0;
  for (const auto* a : sorted) {
    const auto& x = a->second;
    comma();
    json += fmt::format("{}:{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{},{}]}}", quoted(a->first), word_for(x.type()),
                        fmt::join(x.shape().begin(), x.shape().end(), ","), at, at + x.bytes());
    at += x.bytes();
  }
  json += "}";
  json.append((8 - json.size() % 8) % 8, ' ');
  const std::uint64_t length = json.size();
  if (length > longest_header)
    throw error(fmt::format("save_safetensors: a header of {} bytes for {} arrays, and {} are the most", length, arrays.size(),
                            longest_header));

  out.write(reinterpret_cast<const char*>(&length), 8);
  out.write(json.data(), static_cast<std::streamsize>(length));
  for (const auto* a : sorted) {
    const auto c = a->second.contiguous();
    if (c.size() > 0) out.write(static_cast<const char*>(c.raw()), static_cast<std::streamsize>(c.bytes()));
  }
  if (!out) throw error("save_safetensors: the stream takes no more bytes");
}

auto save_safetensors(const std::filesystem::path& file, const std::map<std::string, array>& arrays,
                      const std::map<std::string, std::string>& metadata) -> void {
  seegrad::detail::replace_file(file, "save_safetensors", [&](std::ostream& out) { save_safetensors(out, arrays, metadata); });
}

auto load_safetensors(std::istream& in) -> std::map<std::string, array> {
  return named_after("load_safetensors", [&] { return read_all(in); });
}

auto load_safetensors(const std::filesystem::path& file) -> std::map<std::string, array> {
  auto in = seegrad::detail::open_to_read(file, "load_safetensors");
  return named_after(fmt::format("load_safetensors: '{}'", file.string()), [&] { return read_all(in); });
}

auto safetensors_metadata(const std::filesystem::path& file) -> std::map<std::string, std::string> {
  auto in = seegrad::detail::open_to_read(file, "safetensors_metadata");
  return named_after(fmt::format("safetensors_metadata: '{}'", file.string()), [&] { return open(in).header.metadata; });
}

}  // namespace seegrad::nn
