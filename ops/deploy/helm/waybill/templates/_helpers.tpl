{{- define "waybill.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "waybill.selector" -}}
app.kubernetes.io/name: waybill
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{- define "waybill.labels" -}}
{{ include "waybill.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "waybill.image" -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote -}}
{{- end -}}

{{- /* What every pod may do: nothing but run its program. */ -}}
{{- define "waybill.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "waybill.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: ["ALL"]
{{- end -}}

{{- /* Who this role is to NATS, and where its secrets are. */ -}}
{{- define "waybill.natsEnv" -}}
- name: NATS_URL
  value: {{ .root.Values.nats.url | quote }}
- name: NATS_USER
  value: {{ .user }}
- name: NATS_PASSWORD_FILE
  value: /run/secrets/nats/{{ .user }}-password
- name: NATS_INBOX_PREFIX
  value: _INBOX.{{ .user }}
{{- with .root.Values.nats.caKey }}
- name: NATS_CA
  value: /run/secrets/nats/ca.pem
{{- end }}
- name: WAYBILL_LOG_LEVEL
  value: {{ .root.Values.logLevel }}
{{- with .root.Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "waybill.natsVolume" -}}
- name: nats
  secret:
    secretName: {{ .root.Values.nats.existingSecret }}
    items:
      - key: {{ .user }}-password
        path: {{ .user }}-password
      {{- with .root.Values.nats.caKey }}
      - key: {{ . }}
        path: ca.pem
      {{- end }}
{{- end -}}

{{- define "waybill.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}
