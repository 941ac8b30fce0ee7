#include <autodiff/array/error.hpp>
#include <autodiff/array/file.hpp>
#include <autodiff/array/utf8.hpp>
#include <autodiff/array/zip.hpp>
#include <fmt/format.h>
#include <nn/save/named_after.hpp>
#include <nn/save/pytorch.hpp>

namespace seegrad::nn {
namespace {

auto is_utf8(std::string_view text) -> bool {
  for (std::size_t at = 0; at < text.size();) {
    const auto c = seegrad::detail::character_at(text, at);
    if (!c.valid) return false;
    at += c.bytes;
  }
  return true;
}

// A pickle of protocol 2, of the few opcodes that a dictionary of tensors takes.
class dictionary_pickle {
 public:
  dictionary_pickle() { out_ += "\x80\x02", ordered_dictionary(), out_ += '('; }
  auto add(const std::string& name, const array& x, std::size_t key) -> void {
    text(name), global("torch._utils", "_rebuild_tensor_v2"), out_ += "((";
    text("storage"), global("torch", storage_of(x.type())), text(std::to_string(key)), text("cpu"), whole(x.size());
    out_ += "tQ";
    whole(0), list(x.shape()), list(seegrad::detail::row_major(x.shape()));
    out_ += '\x89', ordered_dictionary(), out_ += "tR";
  }
  auto end() -> std::string { return out_ + "u."; }

 private:
  static auto storage_of(dtype t) -> std::string_view {
    return t == float64 ? "DoubleStorage" : t == float32 ? "FloatStorage" : t == int64 ? "LongStorage" : "BoolStorage";
  }
  auto number(std::uint64_t x, int bytes) -> void {
    for (; bytes > 0; --bytes, x >>= 8) out_ += static_cast<char>(x & 255);
  }
  auto text(std::string_view s) -> void { out_ += 'X', number(s.size(), 4), out_ += s; }
  auto whole(index_t x) -> void {
    if (x < index_t{1} << 31) out_ += 'J', number(static_cast<std::uint64_t>(x), 4);
    else out_ += "\x8a\x08", number(static_cast<std::uint64_t>(x), 8);
  }
  auto list(const dims& d) -> void {
    out_ += '(';
    for (const auto x : d) whole(x);
    out_ += 't';
  }
  auto global(std::string_view module, std::string_view name) -> void { out_ += fmt::format("c{}\n{}\n", module, name); }
  auto ordered_dictionary() -> void { global("collections", "OrderedDict"), out_ += ")R"; }

  std::string out_;
};

}  // namespace

auto save_pytorch(std::ostream& out, const state_map& arrays) -> void {
  detail::named_after("save_pytorch", [&] {
    dictionary_pickle pickle;
    std::vector<array> storages;
    for (const auto& [name, x] : arrays) {
      if (!is_utf8(name)) throw error(fmt::format("the name '{}' is not UTF-8", seegrad::detail::escaped(name)));
      pickle.add(name, x, storages.size());
      storages.push_back(x.contiguous());
    }
    seegrad::detail::zip::writer archive(out);
    archive.add("archive/data.pkl", {pickle.end()}, false);
    archive.add("archive/byteorder", {"little"}, false);
    for (std::size_t k = 0; k < storages.size(); ++k)
      archive.add(fmt::format("archive/data/{}", k), {{static_cast<const char*>(storages[k].raw()), storages[k].bytes()}}, false);
    archive.add("archive/version", {"3\n"}, false);
    archive.finish();
  });
}

auto save_pytorch(const std::filesystem::path& file, const state_map& arrays) -> void {
  seegrad::detail::replace_file(file, "save_pytorch", [&](std::ostream& out) { save_pytorch(out, arrays); });
}

}  // namespace seegrad::nn
