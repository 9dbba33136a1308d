//! `/matters/{matter}/uploads`: files sent by a browser, kept with their relative paths until a run reads them in.

#![expect(unused_qualifications, reason = "the description of parameters is written out by a macro")]

use std::path::Path;

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::{Address, ErrorBody, MatterPath, Parameters, UploadPath, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::intake::uploads::{self, Kept, NotTaken, Wanted};
use crate::matter::OpenMatter;

/// Files sent together.
#[derive(Debug, Serialize, ToSchema)]
pub struct Upload {
    /// Its name, such as `upload-0001`; the first part of the path of everything in it.
    pub name: String,
    /// How many files it holds.
    pub files: u64,
    /// Bytes of them.
    pub size_bytes: u64,
    /// Whether a run was asked to read it; such a one is kept, because documents are known by where they came from.
    pub was_read: bool,
}

/// The uploads of a matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadList {
    /// Newest first.
    pub items: Vec<Upload>,
    /// The largest file taken, in bytes.
    pub largest_bytes: u64,
}

/// One file of an upload.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadedFile {
    /// Its path in the upload.
    pub path: String,
    /// Its length.
    pub size_bytes: u64,
}

/// What an upload holds, so that one that broke off can be taken up again.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadContent {
    /// Its name.
    pub name: String,
    /// Its files, by path.
    pub files: Vec<UploadedFile>,
}

/// Where a file belongs and when it was last changed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FileQuery {
    /// Its path, with `/` between folders.
    pub path: String,
    /// When it was last changed, in milliseconds since 1970.
    #[param(nullable = false)]
    pub modified_ms: Option<u64>,
}

/// Lists uploads.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/uploads", tag = "processing", operation_id = "list_uploads",
    params(MatterPath), responses((status = 200, body = UploadList), (status = 403, body = ErrorBody)))]
pub(crate) async fn list(member: Member<right::ManageProcessing>) -> Result<Json<UploadList>, ApiError> {
    let largest_bytes = member.app.config().upload_limit_mib << 20;
    let open = member.open_if_any().await?;
    let items = blocking(move || {
        let mut items = Vec::new();
        for name in uploads::names(member.app.data(), &member.slug)?.into_iter().rev() {
            let Some(folder) = uploads::folder(member.app.data(), &member.slug, &name) else { continue };
            let files = uploads::files(&folder)?;
            let size_bytes = files.iter().map(|file| file.size_bytes).sum();
            let was_read = was_read(open.as_deref(), &folder)?;
            items.push(Upload { name, files: files.len() as u64, size_bytes, was_read });
        }
        Ok::<_, ApiError>(items)
    });
    Ok(Json(UploadList { items: items.await??, largest_bytes }))
}

/// Begins an upload.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/uploads", tag = "processing", operation_id = "begin_upload",
    params(MatterPath), responses((status = 201, body = Upload), (status = 403, body = ErrorBody)))]
pub(crate) async fn begin(member: Member<right::ManageProcessing>) -> Result<(StatusCode, Json<Upload>), ApiError> {
    let name = blocking(move || uploads::begin(member.app.data(), &member.slug)).await?.map_err(NotTaken::from)?;
    Ok((StatusCode::CREATED, Json(Upload { name, files: 0, size_bytes: 0, was_read: false })))
}

/// Lists the files of an upload.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/uploads/{upload}", tag = "processing",
    operation_id = "show_upload", params(UploadPath),
    responses((status = 200, body = UploadContent), (status = 404, body = ErrorBody)))]
pub(crate) async fn show(
    member: Member<right::ManageProcessing>,
    Address(path): Address<UploadPath>,
) -> Result<Json<UploadContent>, ApiError> {
    let folder = uploads::folder(member.app.data(), &member.slug, &path.upload).ok_or(ApiError::NotFound)?;
    let files = blocking(move || uploads::files(&folder)).await??.into_iter().map(UploadedFile::from).collect();
    Ok(Json(UploadContent { name: path.upload, files }))
}

/// Removes an upload that no run was asked to read.
#[utoipa::path(delete, path = "/api/v1/matters/{matter}/uploads/{upload}", tag = "processing",
    operation_id = "remove_upload", params(UploadPath),
    responses((status = 204), (status = 404, body = ErrorBody),
              (status = 409, description = "`upload_was_read` or `intake_busy`", body = ErrorBody)))]
pub(crate) async fn remove(
    member: Member<right::ManageProcessing>,
    Address(path): Address<UploadPath>,
) -> Result<StatusCode, ApiError> {
    let app = &member.app;
    let folder = uploads::folder(app.data(), &member.slug, &path.upload).ok_or(ApiError::NotFound)?;
    let open = member.open_if_any().await?;
    app.intake()
        .while_idle(app, &member.slug, async {
            let removed = move || {
                if was_read(open.as_deref(), &folder)? {
                    let why = "documents were read from this upload; it is kept, because it is where they came from";
                    return Err(ApiError::conflict("upload_was_read", why));
                }
                let files = uploads::files(&folder)?.len();
                uploads::remove(&folder)?;
                Ok(files)
            };
            let files = blocking(removed).await??;
            super::intake::note(&member, "upload.remove", &path.upload, json!({ "files": files })).await
        })
        .await??;
    Ok(StatusCode::NO_CONTENT)
}

fn was_read(open: Option<&OpenMatter>, folder: &Path) -> Result<bool, ApiError> {
    let Some(open) = open else { return Ok(false) };
    Ok(open.folder().was_read_from(&folder.canonicalize()?)?)
}

/// Takes one file of an upload: whole, or not at all. The same file sent again is taken once; another one under the
/// same path is refused.
#[utoipa::path(put, path = "/api/v1/matters/{matter}/uploads/{upload}/file", tag = "processing",
    operation_id = "put_file", params(UploadPath, FileQuery),
    request_body(content_type = "application/octet-stream", description = "the bytes of the file"),
    responses((status = 200, body = UploadedFile), (status = 404, body = ErrorBody),
              (status = 409, description = "`name_taken`", body = ErrorBody),
              (status = 413, description = "`file_too_large`", body = ErrorBody),
              (status = 422, description = "`bad_path`", body = ErrorBody),
              (status = 507, description = "`disk_full`", body = ErrorBody)))]
pub(crate) async fn put(
    member: Member<right::ManageProcessing>,
    Address(path): Address<UploadPath>,
    Parameters(asked): Parameters<FileQuery>,
    headers: HeaderMap,
    content: Body,
) -> Result<Json<UploadedFile>, ApiError> {
    let app = &member.app;
    let folder = uploads::folder(app.data(), &member.slug, &path.upload).ok_or(ApiError::NotFound)?;
    let limit_mib = app.config().upload_limit_mib;
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit_mib << 20) {
        return Err(NotTaken::TooLarge { limit_mib }.into());
    }
    let wanted = Wanted { path: &asked.path, modified_ms: asked.modified_ms, limit_mib };
    let kept = uploads::take(&folder, wanted, content.into_data_stream(), &app.intake().placing).await?;
    Ok(Json(kept.into()))
}

impl From<Kept> for UploadedFile {
    fn from(kept: Kept) -> Self {
        Self { path: kept.path, size_bytes: kept.size_bytes }
    }
}
