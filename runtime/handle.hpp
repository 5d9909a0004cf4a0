// Owning a libuv handle: closed when its owner goes, freed when libuv is done with it.
#pragma once

#include <memory>
#include <string>

#include <uv.h>

#include "runtime/trouble.hpp"

namespace peal::runtime {

/// For calls that fail only when the system is out of memory or descriptors.
inline void check_uv(int status) {
  if (status < 0)
    throw Trouble(std::string("the system refuses an event loop: ") + uv_strerror(status));
}

template <class T>
struct CloseHandle {
  void operator()(T* handle) const {
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) { delete reinterpret_cast<T*>(closed); });
  }
};

/// The handle must have been given to its uv_…_init; no callback of it runs after this is gone.
template <class T>
using Handle = std::unique_ptr<T, CloseHandle<T>>;

/// make_handle<uv_timer_t>(owner, [&](uv_timer_t* h) { return uv_timer_init(loop, h); }). The
/// handle's data points to the owner.
template <class T, class Init>
[[nodiscard]] Handle<T> make_handle(void* owner, Init init) {
  auto fresh = std::make_unique<T>();
  check_uv(init(fresh.get()));
  fresh->data = owner;
  return Handle<T>(fresh.release());
}

}  // namespace peal::runtime
