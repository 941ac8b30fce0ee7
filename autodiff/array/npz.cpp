#include <autodiff/array/npz.hpp>

#include <autodiff/array/error.hpp>
#include <autodiff/array/npy_header.hpp>
#include <autodiff/array/zip.hpp>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace seegrad {
namespace {

constexpr std::string_view suffix = ".npy";

// What `read` makes of each entry, by its name. Throws without a "who".
template <class T, class F>
auto read_each(std::istream& in, F read) -> std::map<std::string, T> {
  std::map<std::string, T> out;
  for (const auto& entry : detail::zip::directory(in)) {
    auto name = entry.name;
    try {
      if (!name.ends_with(suffix)) throw error("it is no .npy file");
      name.resize(name.size() - suffix.size());
      if (out.contains(name)) throw error("the name stands twice");
      detail::zip::entry_source from(in, entry);
      out.emplace(name, read(from));
    } catch (const error& e) {
      throw error(fmt::format("'{}': {}", entry.name, e.what()));
    }
  }
  return out;
}

auto read_all(std::istream& in) -> std::map<std::string, array> {
  return read_each<array>(in, [](detail::zip::entry_source& from) {
    auto x = detail::read_npy(from);
    from.finish();
    return x;
  });
}

template <class F>
auto named_after(const char* who, const std::filesystem::path& file, F read) {
  auto in = detail::open_to_read(file, who);
  try {
    return read(in);
  } catch (const error& e) {
    throw error(fmt::format("{}: '{}': {}", who, file.string(), e.what()));
  }
}

}  // namespace

auto load_npz(const std::filesystem::path& file) -> std::map<std::string, array> {
  return named_after("load_npz", file, [](std::istream& in) { return read_all(in); });
}

auto npz_shapes(const std::filesystem::path& file) -> std::map<std::string, dims> {
  return named_after("npz_shapes", file, [](std::istream& in) {
    return read_each<dims>(in, [](detail::zip::entry_source& from) { return detail::read_npy_header(from).shape; });
  });
}

auto load_npz(std::istream& in) -> std::map<std::string, array> {
  // The directory of an archive stands at its end, so that it must be there as a whole.
  std::stringstream whole;
  if (in.peek() != std::istream::traits_type::eof()) whole << in.rdbuf();
  try {
    return read_all(whole);
  } catch (const error& e) {
    throw error(fmt::format("load_npz: {}", e.what()));
  }
}

auto save_npz(std::ostream& out, const std::map<std::string, array>& arrays, packing how) -> void {
  try {
    detail::zip::writer archive(out);
    for (const auto& [name, x] : arrays) {
      const auto c = x.contiguous();
      archive.add(name + std::string(suffix), {detail::npy_header(c), {static_cast<const char*>(c.raw()), c.bytes()}},
                  how == packing::deflated);
    }
    archive.finish();
  } catch (const error& e) {
    throw error(fmt::format("save_npz: {}", e.what()));
  }
}

auto save_npz(const std::filesystem::path& file, const std::map<std::string, array>& arrays, packing how) -> void {
  detail::replace_file(file, "save_npz", [&](std::ostream& out) { save_npz(out, arrays, how); });
}

}  // namespace seegrad
