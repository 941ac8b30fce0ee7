#include <nn/data/idx.hpp>

#include <bit>
#include <fmt/format.h>
#include <nn/data/byte_file.hpp>

namespace seegrad::nn {
namespace {

template <class U>
auto big_endian(const unsigned char* from) -> U {
  U x = 0;
  for (std::size_t i = 0; i < sizeof(U); ++i) x = static_cast<U>(x << 8 | from[i]);
  return x;
}

// The element at `from`: Bits are how it is stored, As what they mean.
template <class Bits, class As>
auto element_at(const unsigned char* from) -> As {
  if constexpr (sizeof(Bits) == 1) return static_cast<As>(*from);
  else return std::bit_cast<As>(big_endian<Bits>(from));
}

template <class To, class From>
auto convert(From x, const detail::byte_file& file) -> To {
  if constexpr (std::same_as<To, bool>) return x != 0;
  else {
    if constexpr (std::same_as<To, std::int64_t> && std::floating_point<From>)
      if (!(x >= From(-0x1p63) && x < From(0x1p63))) file.fail(fmt::format("{} is no int64", x));
    return static_cast<To>(x);
  }
}

template <class Bits, class As>
auto elements_of(const std::vector<unsigned char>& bytes, const dims& shape, dtype type, const detail::byte_file& file) -> array {
  auto out = array::uninitialized(type, shape);
  seegrad::detail::with_type(type, [&]<class To>(To) {
    auto* to = static_cast<To*>(out.raw());
    for (std::size_t i = 0; i < bytes.size() / sizeof(Bits); ++i)
      to[i] = convert<To>(element_at<Bits, As>(bytes.data() + i * sizeof(Bits)), file);
  });
  return out;
}

}  // namespace

auto load_idx(const std::filesystem::path& path, dtype type) -> array {
  detail::byte_file file(path, "load_idx");
  const auto magic = file.read(4);
  if (magic.size() < 4 || magic[0] != 0 || magic[1] != 0) file.fail("it is no IDX file; one begins with two bytes 0");
  const auto code = magic[2];
  const std::uint64_t width = code == 0x08 || code == 0x09   ? 1
                              : code == 0x0B                 ? 2
                              : code == 0x0C || code == 0x0D ? 4
                              : code == 0x0E                 ? 8
                                                             : 0;
  if (width == 0) file.fail(fmt::format("the element type 0x{:02X} is unknown", code));
  const std::size_t rank = magic[3];
  if (rank > seegrad::detail::max_rank) file.fail(fmt::format("{} axes, and {} are the most", rank, seegrad::detail::max_rank));
  const auto extents = file.read(4 * rank);
  if (extents.size() < 4 * rank) file.fail("it ends within the shape");

  dims shape;
  for (std::size_t i = 0; i < rank; ++i) shape.push(big_endian<std::uint32_t>(extents.data() + 4 * i));
  index_t n = 0;
  try {
    n = elements(shape);
  } catch (const error&) {
    file.fail(fmt::format("the shape {} has more elements than memory could hold", to_string(shape)));
  }
  const auto bytes = static_cast<std::uint64_t>(n) * width;
  if (bytes > file.bound())
    file.fail(fmt::format("the shape {} needs {} bytes, and the file holds at most {}", to_string(shape), bytes, file.bound()));
  const auto all = file.read(bytes);
  if (all.size() < bytes)
    file.fail(fmt::format("the shape {} needs {} bytes, and {} are there", to_string(shape), bytes, all.size()));
  if (!file.read(1).empty()) file.fail(fmt::format("more bytes follow after the array of shape {}", to_string(shape)));

  switch (code) {
    case 0x08: return elements_of<std::uint8_t, std::uint8_t>(all, shape, type, file);
    case 0x09: return elements_of<std::uint8_t, std::int8_t>(all, shape, type, file);
    case 0x0B: return elements_of<std::uint16_t, std::int16_t>(all, shape, type, file);
    case 0x0C: return elements_of<std::uint32_t, std::int32_t>(all, shape, type, file);
    case 0x0D: return elements_of<std::uint32_t, float>(all, shape, type, file);
    default: return elements_of<std::uint64_t, double>(all, shape, type, file);
  }
}

}  // namespace seegrad::nn
