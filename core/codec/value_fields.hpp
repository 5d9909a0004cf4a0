// The fields of the values that messages and stored entries are made of.
#pragma once

#include "core/body.hpp"
#include "core/codec/shape.hpp"
#include "core/endpoint.hpp"
#include "core/entry.hpp"
#include "core/limits.hpp"
#include "core/message.hpp"

namespace peal::codec {

template <>
struct Wire<EntryId> : InLine<Field<&EntryId::log>, Field<&EntryId::seq>> {};
template <>
struct Wire<EntryKey> : InLine<Field<&EntryKey::hlc>, Field<&EntryKey::id>> {};
template <>
struct Wire<MessageId> : InLine<Field<&MessageId::session>, Field<&MessageId::n>> {};
template <>
struct Wire<ViewId> : InLine<Field<&ViewId::number>, Field<&ViewId::leader>> {};
template <>
struct Wire<Digest> : InLine<Field<&Digest::high>, Field<&Digest::low>> {};
template <>
struct Wire<Endpoint> : InLine<Field<&Endpoint::ip>, Field<&Endpoint::port>> {
  static constexpr std::size_t left_out = 1;  // The scope, which means nothing to others.
};
template <>
struct Wire<PushRange>
    : InLine<Field<&PushRange::first, NotNone>, Field<&PushRange::last, NotNone>> {};

template <>
struct Wire<Settled>
    : Array<Field<&Settled::horizon>, Field<&Settled::count>, Field<&Settled::digest>> {};
template <>
struct Wire<Member> : Array<Field<&Member::id>, Field<&Member::incarnation>,
                            Field<&Member::addresses, AtMost<limits::addresses_max>>> {};
template <>
struct Wire<View> : Array<Field<&View::id>, Field<&View::members, AtMost<limits::members_max>>> {};

/// Bodies list their fields themselves.
template <class B>
  requires requires { typename B::Fields; }
struct Wire<B> : ArrayOf<typename B::Fields> {};

template <>
struct Wire<Entry>
    : Array<Field<&Entry::id, NotNone>, Field<&Entry::hlc, NotNone>,
            Field<&Entry::deps, AtMost<limits::logs_max>>, Field<&Entry::message, NotNone>,
            Field<&Entry::author, NotNone>, Field<&Entry::body>, Field<&Entry::ahead_ms>> {};

}  // namespace peal::codec
