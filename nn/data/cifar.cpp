#include <nn/data/cifar.hpp>

#include <fmt/format.h>
#include <limits>
#include <nn/data/byte_file.hpp>
#include <sstream>

namespace seegrad::nn {
namespace {

constexpr std::size_t picture = 3 * 32 * 32;  // bytes: all red ones, row by row, all green ones, all blue ones

struct format {
  const char* who;
  std::size_t labels, label;  // how many bytes of labels stand before a picture, and which of them is wanted
};

// The names of classes, a line each.
auto names_in(const std::filesystem::path& path, const format& f, std::size_t wanted) -> std::vector<std::string> {
  std::istringstream in(detail::text_of(path, f.who));
  std::vector<std::string> names;
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  if (names.size() != wanted)
    throw error(fmt::format("{}: '{}' names {} classes, and there are {}", f.who, path.string(), names.size(), wanted));
  return names;
}

// The pictures of some files, one after the other.
auto pictures_in(const std::vector<std::filesystem::path>& paths, const format& f, std::size_t classes) -> dataset {
  const auto record = f.labels + picture;
  std::vector<std::vector<unsigned char>> files;
  std::size_t n = 0;
  for (const auto& path : paths) {
    detail::byte_file file(path, f.who);
    files.push_back(file.read(std::numeric_limits<std::size_t>::max()));
    const auto bytes = files.back().size();
    if (bytes % record != 0)
      file.fail(fmt::format("it has {} bytes, and a label and picture take {}; it is cut off, or not the binary version", bytes,
                            record));
    for (std::size_t at = f.label; at < bytes; at += record)
      if (files.back()[at] >= classes)
        file.fail(fmt::format("picture {} has the label {}, and there are {} classes", at / record, files.back()[at], classes));
    n += bytes / record;
  }
  const auto count = static_cast<index_t>(n);
  dataset out{array::uninitialized(float32, {count, 3, 32, 32}), array::uninitialized(int64, {count})};
  auto* pixel = static_cast<float*>(out.inputs.raw());
  auto* label = static_cast<std::int64_t*>(out.targets.raw());
  for (auto& file : files) {
    for (std::size_t at = 0; at < file.size(); at += record) {
      *label++ = file[at + f.label];
      for (std::size_t i = 0; i < picture; ++i) *pixel++ = static_cast<float>(file[at + f.labels + i]) / 255.0f;
    }
    file = {};  // at once, since the pictures take four times as much
  }
  return out;
}

}  // namespace

auto load_cifar10(const std::filesystem::path& folder) -> cifar {
  constexpr format f{"load_cifar10", 1, 0};
  auto classes = names_in(folder / "batches.meta.txt", f, 10);
  std::vector<std::filesystem::path> batches;
  for (int i = 1; i <= 5; ++i) batches.push_back(folder / fmt::format("data_batch_{}.bin", i));
  return {pictures_in(batches, f, 10), pictures_in({folder / "test_batch.bin"}, f, 10), std::move(classes)};
}

auto load_cifar100(const std::filesystem::path& folder, cifar_labels which) -> cifar {
  const bool fine = which == cifar_labels::fine;
  const format f{"load_cifar100", 2, fine ? 1u : 0u};
  const std::size_t n = fine ? 100 : 20;
  auto classes = names_in(folder / (fine ? "fine_label_names.txt" : "coarse_label_names.txt"), f, n);
  return {pictures_in({folder / "train.bin"}, f, n), pictures_in({folder / "test.bin"}, f, n), std::move(classes)};
}

}  // namespace seegrad::nn
