/* SPDX-License-Identifier: Apache-2.0
 *
 * psa/note.h: the ELF note .note.psa_plugin, by which a host knows a plugin before any of its code runs.
 * psa_add_plugin() of the CMake package writes it for you. Without CMake put PSA_PLUGIN_NOTE once into a source file:
 *
 *     PSA_PLUGIN_NOTE("com.example.minimal", "1.0.0")
 *
 * The description is a JSON text (schemas/note.schema.json): id, version and the three ABI numbers of psa_plugin_api.
 */
#ifndef PSA_NOTE_H
#define PSA_NOTE_H

#include <psa/plugin.h>

#define PSA_NOTE_SECTION ".note.psa_plugin"
#define PSA_NOTE_OWNER "PSA"
#define PSA_NOTE_TYPE 1u

#define PSA_NOTE_TEXT_(x) #x
#define PSA_NOTE_TEXT(x) PSA_NOTE_TEXT_(x)
#define PSA_NOTE_JSON(id, version)                                                                                     \
    "{\"id\":\"" id "\",\"version\":\"" version "\",\"abi\":{\"major\":" PSA_NOTE_TEXT(                                \
        PSA_ABI_MAJOR) ",\"built\":" PSA_NOTE_TEXT(PSA_ABI_MINOR) ",\"needed\":" PSA_NOTE_TEXT(PSA_TARGET_MINOR) "}}"

/* One note entry: three words, the owner, the text padded to a multiple of four. */
#define PSA_PLUGIN_NOTE(id, version)                                                                                   \
    __attribute__((section(PSA_NOTE_SECTION), used, aligned(4))) static const struct                                   \
    {                                                                                                                  \
        uint32_t name_size;                                                                                            \
        uint32_t text_size;                                                                                            \
        uint32_t type;                                                                                                 \
        char name[4];                                                                                                  \
        char text[(sizeof(PSA_NOTE_JSON(id, version)) + 3u) / 4u * 4u];                                                \
    } psa_plugin_note = {4u, sizeof(PSA_NOTE_JSON(id, version)), PSA_NOTE_TYPE, PSA_NOTE_OWNER,                        \
                         PSA_NOTE_JSON(id, version)};

#endif
