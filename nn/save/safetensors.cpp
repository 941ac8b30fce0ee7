#include <nn/save/safetensors.hpp>

#include <algorithm>
#include <array>
#include <autodiff/array/error.hpp>
#include <autodiff/array/file.hpp>
#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <nn/save/elements.hpp>
#include <nn/save/named_after.hpp>
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

// The elements of one array, no more.
class section : public seegrad::detail::byte_source {
 public:
  section(std::istream& in, std::uint64_t n) : in_(in), left_(static_cast<std::int64_t>(n)) {}
  auto read(void* to, std::size_t n) -> void override { nn::read(in_, to, n), left_ -= static_cast<std::int64_t>(n); }
  auto left() -> std::int64_t override { return left_; }

 private:
  std::istream& in_;
  std::int64_t left_;
};

auto read_all(std::istream& in, std::vector<std::string>* skipped) -> std::map<std::string, array> {
  const auto from = open(in);
  std::map<std::string, array> out;
  for (const auto& e : from.header.entries) {
    if (e.width == 0) {
      if (!skipped)
        throw error(fmt::format(
            "'{}': its type is '{}', and F64 F32 F16 BF16 F8_E5M2 F8_E4M3 I64 I32 I16 I8 U64 U32 U16 U8 BOOL are read; a list for what is skipped lets it be left out",
            e.name.substr(0, 200), e.type.substr(0, 200)));
      skipped->push_back(e.name);
      continue;
    }
    in.seekg(static_cast<std::streamoff>(from.data + e.begin));
    section elements(in, e.end - e.begin);
    try {
      out.emplace(e.name, detail::read_elements(elements, e.type, e.shape));
    } catch (const error& wrong) {
      throw error(fmt::format("'{}': {}", e.name, wrong.what()));
    }
  }
  return out;
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

auto load_safetensors(std::istream& in, std::vector<std::string>* skipped) -> std::map<std::string, array> {
  return detail::named_after("load_safetensors", [&] { return read_all(in, skipped); });
}

auto load_safetensors(const std::filesystem::path& file, std::vector<std::string>* skipped) -> std::map<std::string, array> {
  auto in = seegrad::detail::open_to_read(file, "load_safetensors");
  return detail::named_after(fmt::format("load_safetensors: '{}'", file.string()), [&] { return read_all(in, skipped); });
}

auto safetensors_metadata(const std::filesystem::path& file) -> std::map<std::string, std::string> {
  auto in = seegrad::detail::open_to_read(file, "safetensors_metadata");
  return detail::named_after(fmt::format("safetensors_metadata: '{}'", file.string()), [&] { return open(in).header.metadata; });
}

auto safetensors_shapes(const std::filesystem::path& file) -> std::map<std::string, dims> {
  auto in = seegrad::detail::open_to_read(file, "safetensors_shapes");
  std::map<std::string, dims> shapes;
  detail::named_after(fmt::format("safetensors_shapes: '{}'", file.string()), [&] {
    for (const auto& e : open(in).header.entries) shapes.emplace(e.name, e.shape);
  });
  return shapes;
}

}  // namespace seegrad::nn
