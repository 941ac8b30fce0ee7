#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/file.hpp>
#include <autodiff/array/zip.hpp>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <nn/save/elements.hpp>
#include <nn/save/named_after.hpp>
#include <nn/save/pytorch.hpp>
#include <nn/save/pytorch_tensors.hpp>
#include <sstream>

namespace seegrad::nn {
namespace {

using detail::pickled, detail::storage_view;

// Of a number that the file says before a pickle, in the format before 1.6.
constexpr std::string_view old_mark = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

auto read_all(std::istream& in, const seegrad::detail::zip::entry& e) -> std::string {
  seegrad::detail::zip::entry_source from(in, e);
  std::string bytes(static_cast<std::size_t>(e.size), '\0');
  from.read(bytes.data(), bytes.size());
  return from.finish(), bytes;
}

// How many elements a tensor reaches into its storage.
auto reach(const storage_view& v) -> std::int64_t {
  std::int64_t last = v.offset;
  for (int i = 0; i < v.shape.size(); ++i) {
    if (v.shape[i] == 0) return 0;
    std::int64_t step = 0;
    if (__builtin_mul_overflow(v.shape[i] - 1, v.strides[i], &step) || __builtin_add_overflow(last, step, &last))
      throw error("it reaches beyond its storage");
  }
  return last + 1;
}

// Each storage is read once, by load(view): all its elements in a row.
auto arrays_of(const std::map<std::string, storage_view>& views, const std::function<array(const storage_view&)>& load)
    -> state_map {
  std::map<std::pair<std::string, std::string>, array> storages;
  state_map out;
  for (const auto& [name, v] : views) {
    try {
      elements(v.shape);  // throws if they are more than there can be
      const auto needed = reach(v);
      if (needed == 0) {
        out.emplace(name, array::uninitialized(load({v.storage, v.type, 0, 0, {0}, {1}}).type(), v.shape));
        continue;
      }
      auto& s = storages[{v.storage, v.type}];
      if (s.is_null()) s = load(v);
      if (needed > s.size()) throw error(fmt::format("it reaches to element {} of a storage of {}", needed, s.size()));
      out.emplace(name, s.view(v.shape, v.strides, v.offset));
    } catch (const error& e) {
      throw error(fmt::format("'{}': {}", name.substr(0, 200), e.what()));
    }
  }
  return out;
}

auto load_archive(std::istream& in, const std::string& under) -> state_map {
  const auto entries = seegrad::detail::zip::directory(in);
  const auto find = [&](const std::string& name) {
    return std::find_if(entries.begin(), entries.end(), [&](const seegrad::detail::zip::entry& e) { return e.name == name; });
  };
  const auto pickle = std::find_if(entries.begin(), entries.end(), [](const auto& e) { return e.name.ends_with("/data.pkl"); });
  if (pickle == entries.end()) throw error("it is a zip archive, but none of PyTorch's: there is no data.pkl");
  const auto folder = pickle->name.substr(0, pickle->name.size() - std::string_view("data.pkl").size());
  if (find(folder + "constants.pkl") != entries.end())
    throw error("it is a TorchScript program; save its state_dict() with torch.save in its place");
  bool swapped = false;
  if (const auto order = find(folder + "byteorder"); order != entries.end() && order->size <= 16)
    swapped = read_all(in, *order) == "big";
  std::istringstream text(read_all(in, *pickle));
  detail::unpickler pickles(text);
  return arrays_of(detail::tensors_of(pickles.read(), under), [&](const storage_view& v) {
    const auto width = *detail::width_of_elements(v.type);
    if (v.count == 0) {
      std::istringstream nothing;
      seegrad::detail::stream_source none(nothing);
      return detail::read_elements(none, v.type, {0});
    }
    const auto e = find(folder + "data/" + v.storage);
    if (e == entries.end()) throw error("its storage is missing");
    seegrad::detail::zip::entry_source from(in, *e);
    auto all = detail::read_elements(from, v.type, {e->size / width}, swapped);
    return e->size % width == 0 ? from.finish() : void(), all;
  });
}

// Pickles of a number, a version, facts about the machine, the object, the keys of storages; then these, each behind its length.
auto load_pickles(std::istream& in, const std::string& under) -> state_map {
  detail::unpickler pickles(in);
  const auto* mark = pickles.read().as<pickled::long_whole>();
  if (!mark || mark->bytes != old_mark) throw error("it is a pickle, but none of torch.save's");
  pickles.read();
  bool swapped = false;
  if (const auto* facts = pickles.read().as<pickled::dictionary>())
    for (const auto& [key, value] : *facts)
      if (const auto* word = key->as<std::string>(); word && *word == "little_endian")
        if (const auto* is_little = value->as<bool>()) swapped = !*is_little;
  const auto views = detail::tensors_of(pickles.read(), under);
  const auto* keys = pickles.read().as<pickled::list>();
  if (!keys) throw error("the list of its storages is missing");
  std::map<std::string, const storage_view*> wanted;
  for (const auto& [name, v] : views) wanted.emplace(v.storage, &v);
  std::map<std::string, array> loaded;
  seegrad::detail::stream_source from(in);
  std::size_t read = 0;
  for (const auto* key : *keys) {
    const auto* name = key->as<std::string>();
    const auto at = name ? wanted.find(*name) : wanted.end();
    if (at == wanted.end())
      throw error("storages that no tensor of the dictionary has are in it, and their length is not known; load all");
    const auto count = detail::read_elements(from, "I64", {1}, swapped).item();
    const auto width = static_cast<double>(*detail::width_of_elements(at->second->type));
    if (!(count >= 0) || (from.left() >= 0 && count * width > static_cast<double>(from.left())))
      throw error("a storage is cut off");
    loaded.emplace(*name, detail::read_elements(from, at->second->type, {static_cast<index_t>(count)}, swapped));
    if (++read == wanted.size()) break;
  }
  return arrays_of(views, [&](const storage_view& v) {
    const auto at = loaded.find(v.storage);
    if (at == loaded.end()) throw error("its storage is missing");
    return at->second;
  });
}

auto load_any(std::istream& in, const std::string& under) -> state_map {
  in.clear();
  in.seekg(0);
  const auto first = in.peek();
  if (first == 'P') return load_archive(in, under);
  if (first == 0x80) return load_pickles(in, under);
  throw error("it is no file of torch.save's");
}

}  // namespace

auto load_pytorch(std::istream& in, const pytorch_options& options) -> state_map {
  return detail::named_after("load_pytorch", [&] { return load_any(in, options.under); });
}

auto load_pytorch(const std::filesystem::path& file, const pytorch_options& options) -> state_map {
  auto in = seegrad::detail::open_to_read(file, "load_pytorch");
  return detail::named_after(fmt::format("load_pytorch: '{}'", file.string()), [&] { return load_any(in, options.under); });
}

}  // namespace seegrad::nn
