"""Google's Python client against the local Google: a whole day of work, told as one JSON object on standard output.

Reads {origin, description, clientId, clientSecret, refreshToken, serviceKey, driveId, sizeBytes} from standard input.
"""

import datetime
import hashlib
import io
import json
import sys

from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseDownload, MediaIoBaseUpload, build_http
from oauth2client.client import OAuth2Credentials
from oauth2client.service_account import ServiceAccountCredentials

told = json.load(sys.stdin)
with open(told["description"]) as file:
    document = json.load(file)
# The client takes metadata and upload addresses from here.
document["rootUrl"] = told["origin"] + "/"
document["baseUrl"] = told["origin"] + "/drive/v3/"


def connect(credentials):
    # Of all of the client's ways to make an http object, only this one takes a 308 for no redirect.
    return build_from_document(document, http=credentials.authorize(build_http()))


def upload(drive, body, data, chunk_bytes, **parameters):
    # An empty file goes in one request: this client names its bytes "0--1", which no server can read.
    media = MediaIoBaseUpload(
        io.BytesIO(data), "application/octet-stream", chunksize=chunk_bytes, resumable=len(data) > 0
    )
    request = drive.files().create(body=body, media_body=media, fields="id,size,md5Checksum", **parameters)
    if not data:
        return request.execute(), []
    steps, answer, failures = [], None, 0
    while answer is None:
        try:
            status, answer = request.next_chunk()
            if status:
                steps.append(status.resumable_progress)
        except HttpError as error:
            # The next call asks the session where it is. Its own retries would send a spent stream.
            failures += 1
            if request.resumable_uri is None or failures > 5 or error.resp.status not in (403, 503):
                raise
    return answer, steps


person = OAuth2Credentials(
    None,
    told["clientId"],
    told["clientSecret"],
    told["refreshToken"],
    datetime.datetime(2020, 1, 1),
    told["origin"] + "/token",
    "test",
    scopes=["https://www.googleapis.com/auth/drive.file"],
)
drive = connect(person)
data = bytes(bytearray((n * 7 + n // 251) % 256 for n in range(told["sizeBytes"])))
result = {"sha256": hashlib.sha256(data).hexdigest(), "md5": hashlib.md5(data).hexdigest()}
result["email"] = drive.about().get(fields="user").execute()["user"]["emailAddress"]

folder = drive.files().create(
    body={"name": "PgKeep", "mimeType": "application/vnd.google-apps.folder"}, fields="id"
).execute()["id"]
file, result["steps"] = upload(drive, {"name": "it's.age", "parents": [folder]}, data, 262144)
result["file"] = file
empty, _ = upload(drive, {"name": "empty.age", "parents": [folder]}, b"", 262144)
result["emptySize"] = empty["size"]

names, token = [], None
while True:
    page = drive.files().list(
        q="'%s' in parents and trashed = false" % folder, orderBy="name", pageSize=1, pageToken=token,
        fields="nextPageToken,files(name)",
    ).execute()
    names += [item["name"] for item in page["files"]]
    token = page.get("nextPageToken")
    if token is None:
        break
result["names"] = names

target = io.BytesIO()
download = MediaIoBaseDownload(target, drive.files().get_media(fileId=file["id"]), chunksize=100000)
done = False
while not done:
    _, done = download.next_chunk()
result["downloaded"] = hashlib.sha256(target.getvalue()).hexdigest()

result["trashed"] = drive.files().update(fileId=file["id"], body={"trashed": True}, fields="trashed").execute()["trashed"]
drive.files().delete(fileId=file["id"]).execute()
try:
    drive.files().get(fileId=file["id"]).execute()
except HttpError as error:
    result["gone"] = error.resp.status

robot = connect(
    ServiceAccountCredentials.from_json_keyfile_dict(
        told["serviceKey"], scopes=["https://www.googleapis.com/auth/drive"], token_uri=told["serviceKey"]["token_uri"]
    )
)
result["drives"] = [item["name"] for item in robot.drives().list().execute()["drives"]]
stored, _ = upload(
    robot, {"name": "robot.age", "parents": [told["driveId"]]}, data[:1000], 262144, supportsAllDrives=True
)
result["robotSize"] = stored["size"]
try:
    upload(robot, {"name": "robot.age"}, data[:1000], 262144)
except HttpError as error:
    result["refused"] = error.resp.status

json.dump(result, sys.stdout)
