//! Files of this service: the room of `motcua_files`, open to whoever may see the document a file belongs to.

motcua_files::file_routes! { write: "documents:files:write", read: "documents:documents:read" }
